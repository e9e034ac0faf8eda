#include "archive/cameras.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "archive/databases.h"
#include "archive/recordings.h"
#include "core/atomic_file.h"

namespace vigil::archive {
namespace {

using core::ErrorCode;
using namespace std::chrono_literals;

constexpr const char* kAddress = "rtsp://user:pass word%21@10.0.0.8:554/live?x=1";
constexpr WallTime kNoon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 26) + 12h;

class CamerasTest : public test::OnBoth {
 protected:
  void SetUp() override {
    database_ = open();
    box_.emplace(*SecretBox::open(dir_ / "secret.key"));
    cameras_.emplace(*database_, *box_);
    blobs_ = std::move(*DiskBlobs::open(dir_ / "data"));
    recordings_.emplace(*database_, *blobs_);
  }
  std::int64_t add(const std::string& name) {
    const auto id = cameras_->add({.name = name}, kAddress);
    EXPECT_TRUE(id) << id.error().message;
    return id.value_or(0);
  }
  Segment record(std::int64_t camera, int minute, std::size_t size = 100) {
    Segment segment{.camera_id = camera,
                    .begin = kNoon + std::chrono::minutes(minute),
                    .end = kNoon + std::chrono::minutes(minute) + 4s,
                    .size = size};
    segment.file = Recordings::key(camera, segment.begin, segment.end);
    EXPECT_TRUE(blobs_->put_bytes(segment.file, std::string(size, 'r')));
    const auto id = recordings_->add(segment);
    EXPECT_TRUE(id) << id.error().message;
    segment.id = id.value_or(0);
    return segment;
  }

  std::unique_ptr<Database> database_;
  std::optional<SecretBox> box_;
  std::optional<Cameras> cameras_;
  std::unique_ptr<DiskBlobs> blobs_;
  std::optional<Recordings> recordings_;
};
VIGIL_ON_BOTH(CamerasTest);

TEST_P(CamerasTest, keep_their_address_sealed) {
  const auto id = add("Yard");
  EXPECT_EQ(cameras_->address_of(id).value(), kAddress);
  const auto camera = cameras_->get(id);
  ASSERT_TRUE(camera);
  EXPECT_EQ(camera->address_shown.find("pass"), std::string::npos) << camera->address_shown;
  EXPECT_NE(camera->address_shown.find("10.0.0.8"), std::string::npos);
  if (GetParam() == Dialect::kSqlite) {
    for (const char* file : {"vigil.db", "vigil.db-wal"}) {
      EXPECT_EQ(core::read_file(dir_ / file).value_or("").find("pass word"), std::string::npos) << file;
    }
  }
  const auto other = SecretBox::open(dir_ / "other.key");
  Cameras with_other_key(*database_, *other);
  EXPECT_EQ(with_other_key.address_of(id).error().code, ErrorCode::kUnreadable);
}

TEST_P(CamerasTest, are_changed_and_removed) {
  const auto id = add("Yard");
  add("Attic");
  EXPECT_THAT(*cameras_->all(),
              testing::ElementsAre(testing::Field(&Camera::name, "Attic"), testing::Field(&Camera::name, "Yard")));
  Camera camera = *cameras_->get(id);
  camera.name = "Back yard";
  camera.recording = true;
  camera.settings = R"({"zones": [1, 2]})";
  ASSERT_TRUE(cameras_->update(camera));
  ASSERT_TRUE(cameras_->set_address(id, "rtsp://elsewhere/"));
  EXPECT_TRUE(cameras_->get(id)->recording);
  EXPECT_NE(cameras_->get(id)->settings.find("zones"), std::string::npos);
  EXPECT_EQ(cameras_->address_of(id).value(), "rtsp://elsewhere/");
  ASSERT_TRUE(cameras_->remove(id));
  EXPECT_EQ(cameras_->get(id).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(cameras_->remove(id).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(cameras_->update(camera).error().code, ErrorCode::kNotFound);
}

TEST_P(CamerasTest, have_names_of_their_own) {
  add("Yard");
  const auto again = cameras_->add({.name = "Yard"}, kAddress);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
  EXPECT_EQ(again.error().field, "name");
  EXPECT_NE(again.error().message.find("'Yard'"), std::string::npos);
  EXPECT_EQ(cameras_->add({.name = ""}, kAddress).error().code, ErrorCode::kInvalidArgument);
  const auto other = add("Attic");
  Camera renamed = *cameras_->get(other);
  renamed.name = "Yard";
  EXPECT_EQ(cameras_->update(renamed).error().code, ErrorCode::kConflict);
}

TEST_P(CamerasTest, recordings_are_found_by_time) {
  const auto yard = add("Yard");
  const auto attic = add("Attic");
  for (const int minute : {2, 0, 1}) record(yard, minute);
  record(attic, 0);
  const auto found = recordings_->between(yard, kNoon + 3s, kNoon + 2min);
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 2U) << "the one that goes on into it, and not the one that begins at its end";
  EXPECT_EQ((*found)[0].begin, kNoon);
  EXPECT_EQ((*found)[1].begin, kNoon + 1min);
  const auto usage = recordings_->usage();
  ASSERT_TRUE(usage) << usage.error().message;
  ASSERT_EQ(usage->size(), 2U);
  EXPECT_EQ((*usage)[0].bytes, 300U);
  EXPECT_EQ((*usage)[0].length, 12s);
  EXPECT_EQ(cameras_->remove(yard).error().code, ErrorCode::kConflict) << "recordings do not go unasked";
}

TEST_P(CamerasTest, what_a_lost_camera_recorded_is_never_another_ones) {
  for (const std::int64_t lost : {3, 7}) {
    ASSERT_TRUE(blobs_->put_bytes(Recordings::key(lost, kNoon, kNoon + 4s), "of a database that is lost"));
  }
  const auto repaired = recordings_->repair();
  ASSERT_TRUE(repaired) << repaired.error().message;
  EXPECT_EQ(repaired->last_camera, 7);
  ASSERT_TRUE(cameras_->spare_ids(repaired->last_camera));
  const auto gate = add("Gate");
  EXPECT_GT(gate, 7);
  ASSERT_TRUE(cameras_->spare_ids(7));
  EXPECT_GT(add("Hall"), gate);
  EXPECT_EQ(recordings_->repair()->adopted, 0U);
}

TEST_P(CamerasTest, the_oldest_recording_that_is_not_pinned_goes_first) {
  const auto yard = add("Yard");
  const Segment first = record(yard, 0);
  record(yard, 1);
  ASSERT_TRUE(recordings_->set_pinned(yard, first.begin, first.end, true));
  const auto oldest = recordings_->oldest(1);
  ASSERT_TRUE(oldest);
  ASSERT_EQ(oldest->size(), 1U);
  EXPECT_EQ((*oldest)[0].begin, kNoon + 1min);
  ASSERT_TRUE(recordings_->remove((*oldest)[0]));
  EXPECT_FALSE(blobs_->info((*oldest)[0].file));
  EXPECT_TRUE(recordings_->oldest(5)->empty());
}

TEST_P(CamerasTest, recordings_without_rows_come_back_and_rows_without_files_go) {
  const auto yard = add("Yard");
  const Segment kept = record(yard, 0);
  const Segment lost = record(yard, 1);
  ASSERT_TRUE(blobs_->remove(lost.file));
  const std::string found = Recordings::key(yard, kNoon + 2min, kNoon + 2min + 4s);
  ASSERT_TRUE(blobs_->put_bytes(found, "rrr"));
  ASSERT_TRUE(blobs_->put_bytes(Recordings::key(99, kNoon, kNoon + 4s), "of a camera that is not known"));
  const auto repaired = recordings_->repair();
  ASSERT_TRUE(repaired) << repaired.error().message;
  EXPECT_EQ(repaired->rows_removed, 1U);
  EXPECT_EQ(repaired->adopted, 1U);
  const auto now_there = recordings_->between(yard, kNoon, kNoon + 1h);
  ASSERT_EQ(now_there->size(), 2U);
  EXPECT_EQ((*now_there)[1].file, found);
  EXPECT_EQ((*now_there)[1].size, 3U);
  EXPECT_EQ(blobs_->list("recordings")->size(), 3U) << "no file is deleted";
}

TEST(SecretBoxTest, opens_what_it_sealed_and_nothing_else) {
  const test::TempDir dir;
  const auto box = SecretBox::open(dir / "key");
  ASSERT_TRUE(box) << box.error().message;
  const std::string sealed = box->seal("secret");
  EXPECT_NE(sealed, box->seal("secret")) << "a nonce of its own";
  EXPECT_EQ(sealed.find("secret"), std::string::npos);
  EXPECT_EQ(SecretBox::open(dir / "key")->unseal(sealed).value(), "secret") << "the key is kept";
  std::string changed = sealed;
  changed.back() ^= 1;
  EXPECT_EQ(box->unseal(changed).error().code, ErrorCode::kUnreadable);
  EXPECT_EQ(box->unseal("short").error().code, ErrorCode::kUnreadable);
  EXPECT_EQ(box->unseal(box->seal("")).value(), "");
}

TEST(SecretBoxTest, refuses_a_key_that_others_may_read) {
  const test::TempDir dir;
  ASSERT_TRUE(SecretBox::open(dir / "key"));
  ASSERT_EQ(chmod((dir / "key").c_str(), 0644), 0);
  EXPECT_EQ(SecretBox::open(dir / "key").error().code, ErrorCode::kUnreadable);
  std::ofstream(dir / "short") << "abc";
  ASSERT_EQ(chmod((dir / "short").c_str(), 0600), 0);
  EXPECT_EQ(SecretBox::open(dir / "short").error().code, ErrorCode::kUnreadable);
}

}  // namespace
}  // namespace vigil::archive
