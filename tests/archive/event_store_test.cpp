// Events with their files: the order that no kill can break, and the repair of what it leaves.
#include "archive/event_store.h"

#include <chrono>
#include <filesystem>
#include <format>
#include <fstream>

#include <gmock/gmock.h>

#include "archive/databases.h"
#include "archive/event_manifest.h"
#include "core/atomic_file.h"

namespace vigil::archive {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using namespace std::chrono_literals;

constexpr WallTime kNoon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 26) + 12h;

class EventStoreTest : public test::OnBoth {
 protected:
  void SetUp() override {
    database_ = open();
    blobs_ = std::move(*DiskBlobs::open(dir_ / "data"));
    events_.emplace(*database_);
    store_.emplace(*events_, *blobs_);
    std::ofstream(dir_ / "clip.mp4") << std::string(1000, 'v');
    std::ofstream(dir_ / "poster.jpg") << std::string(100, 'p');
  }

  // The same files behind a database that knows nothing.
  void lose_database() {
    const auto wiped = database_->write([](soci::session& sql) { test::wipe_events(sql); });
    ASSERT_TRUE(wiped) << wiped.error().message;
  }

  static StoredEvent event(const std::string& uid) {
    return {.uid = uid,
            .source = "Yard",
            .kind = "violence",
            .begin = kNoon,
            .end = kNoon + 10s,
            .score = 0.75,
            .note = "seen",
            .details = R"({"peak_s": 3.5})",
            .people = {{.track_id = 3, .score = 0.75, .face = "person-3-face.jpg"}}};
  }
  std::int64_t add(const std::string& uid) {
    const auto id = store_->add(event(uid), {{"clip.mp4", dir_ / "clip.mp4"}, {"poster.jpg", dir_ / "poster.jpg"}});
    EXPECT_TRUE(id) << id.error().message;
    return id.value_or(0);
  }
  fs::path folder(const std::string& uid) const { return dir_ / "data/events/2026/11/26" / uid; }

  // As if written two hours ago.
  static void age(const fs::path& folder) {
    for (const auto& file : fs::directory_iterator(folder)) fs::last_write_time(file, fs::file_time_type::clock::now() - 2h);
  }

  std::unique_ptr<Database> database_;
  std::unique_ptr<DiskBlobs> blobs_;
  std::optional<Events> events_;
  std::optional<EventStore> store_;
};
VIGIL_ON_BOTH(EventStoreTest);

TEST_P(EventStoreTest, keeps_files_and_row) {
  const auto id = add("yard-1");
  const auto kept = events_->get(id);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->size, 1100U);
  EXPECT_EQ(fs::file_size(folder("yard-1") / "clip.mp4"), 1000U);
  EXPECT_EQ(blobs_->local_path(EventStore::key(*kept, "poster.jpg")).value(), folder("yard-1") / "poster.jpg");
}

TEST_P(EventStoreTest, a_name_cannot_lead_out_of_the_folder) {
  for (const char* uid : {"../x", "a/b", ".x", ""}) {
    StoredEvent bad = event(uid);
    EXPECT_EQ(store_->add(bad, {}).error().code, ErrorCode::kInvalidArgument) << uid;
  }
  EXPECT_EQ(store_->add(event("ok"), {{"../../../../evil", dir_ / "clip.mp4"}}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_FALSE(fs::exists(dir_ / "evil"));
}

TEST_P(EventStoreTest, what_was_kept_is_not_written_over) {
  const auto id = add("yard-1");
  std::ofstream(dir_ / "other.mp4") << "another clip";
  const auto again = store_->add(event("yard-1"), {{"clip.mp4", dir_ / "other.mp4"}});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
  EXPECT_EQ(fs::file_size(folder("yard-1") / "clip.mp4"), 1000U);
  EXPECT_GT(id, 0);
}

TEST_P(EventStoreTest, an_event_whose_row_could_not_be_written_is_completed_by_another_try) {
  add("yard-1");
  lose_database();
  std::ofstream(dir_ / "other.mp4") << "another clip";
  const auto again = store_->add(event("yard-1"), {{"clip.mp4", dir_ / "other.mp4"}});
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(events_->get("yard-1")->id, *again);
  EXPECT_EQ(events_->get("yard-1")->size, 1100U);
  EXPECT_EQ(fs::file_size(folder("yard-1") / "clip.mp4"), 1000U) << "what was kept is not written over";
}

TEST_P(EventStoreTest, a_lost_manifest_is_written_anew_and_nothing_else_goes) {
  const auto id = add("yard-1");
  ASSERT_TRUE(events_->set_pinned(id, true));
  fs::remove(folder("yard-1") / EventStore::kManifest);
  age(folder("yard-1"));
  const auto repaired = store_->repair(false);
  ASSERT_TRUE(repaired) << repaired.error().message;
  EXPECT_EQ(repaired->files_removed, 0U);
  EXPECT_EQ(repaired->rows_removed, 0U);
  EXPECT_TRUE(fs::exists(folder("yard-1") / "clip.mp4"));
  const auto manifest = from_manifest(*core::read_file(folder("yard-1") / EventStore::kManifest));
  ASSERT_TRUE(manifest) << manifest.error().message;
  EXPECT_TRUE(manifest->pinned);
}

TEST_P(EventStoreTest, removes_row_and_files) {
  const auto id = add("yard-1");
  ASSERT_TRUE(store_->remove(id));
  EXPECT_EQ(events_->get(id).error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(fs::exists(folder("yard-1")));
  EXPECT_EQ(store_->remove(id).error().code, ErrorCode::kNotFound);
}

TEST_P(EventStoreTest, a_lost_database_is_made_anew_from_the_files) {
  add("yard-1");
  const auto id = add("yard-2");
  ASSERT_TRUE(events_->set_review(id, Review::kKept));
  ASSERT_TRUE(events_->set_pinned(id, true));
  ASSERT_TRUE(store_->update_manifest(id));
  lose_database();
  const auto repaired = store_->repair(/*keep_everything=*/true);
  ASSERT_TRUE(repaired) << repaired.error().message;
  EXPECT_EQ(repaired->adopted, 2U);
  EXPECT_EQ(repaired->files_removed, 0U);
  const auto back = events_->get("yard-2");
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->review, Review::kKept);
  EXPECT_TRUE(back->pinned);
  EXPECT_EQ(back->note, "seen");
  EXPECT_EQ(back->size, 1100U);
  ASSERT_EQ(back->people.size(), 1U);
  EXPECT_EQ(back->people[0].face, "person-3-face.jpg");
  EXPECT_EQ(store_->repair(true)->adopted, 0U) << "once";
}

TEST_P(EventStoreTest, a_camera_that_the_new_database_does_not_know_is_left_out) {
  StoredEvent of_camera = event("yard-1");
  of_camera.camera_id = 99;
  ASSERT_TRUE(blobs_->put_bytes(EventStore::key(of_camera, EventStore::kManifest), to_manifest(of_camera)));
  ASSERT_EQ(store_->repair(true)->adopted, 1U);
  EXPECT_FALSE(events_->get("yard-1")->camera_id);
}

TEST_P(EventStoreTest, an_event_of_an_upload_is_one_in_the_new_database_too) {
  StoredEvent of_upload = event("street-1");
  of_upload.job_id = 99;
  std::string manifest = to_manifest(of_upload);
  ASSERT_TRUE(blobs_->put_bytes(EventStore::key(of_upload, EventStore::kManifest), manifest));
  ASSERT_EQ(store_->repair(true)->adopted, 1U);
  EXPECT_FALSE(events_->get("street-1")->job_id);
  EXPECT_TRUE(events_->get("street-1")->upload);
}

TEST_P(EventStoreTest, a_row_whose_files_are_gone_goes_and_files_of_half_an_event_go_later) {
  add("yard-1");
  add("yard-2");
  fs::remove_all(folder("yard-1"));
  ASSERT_TRUE(blobs_->put_file("events/2026/11/26/half/clip.mp4", dir_ / "clip.mp4"));
  auto repaired = store_->repair(false);
  ASSERT_TRUE(repaired);
  EXPECT_EQ(repaired->rows_removed, 1U);
  EXPECT_EQ(repaired->files_removed, 0U) << "it may be being written just now";
  age(folder("half"));
  EXPECT_EQ(store_->repair(true)->files_removed, 0U) << "a new database says nothing about what may be deleted";
  EXPECT_EQ(store_->repair(false)->files_removed, 1U);
  EXPECT_FALSE(fs::exists(folder("half")));
  EXPECT_TRUE(fs::exists(folder("yard-2") / "clip.mp4"));
}

TEST_P(EventStoreTest, nothing_goes_when_the_disk_is_not_there) {
  add("yard-1");
  add("yard-2");
  fs::remove_all(dir_ / "data/events");
  const auto repaired = store_->repair(false);
  ASSERT_TRUE(repaired);
  EXPECT_EQ(repaired->rows_removed, 0U);
  EXPECT_EQ(events_->uids()->size(), 2U);
}

TEST_P(EventStoreTest, what_cannot_be_read_is_left_alone) {
  add("yard-1");
  ASSERT_TRUE(blobs_->put_bytes("events/2026/11/26/strange/event.json", "{\"schema\": 1"));
  ASSERT_TRUE(blobs_->put_bytes("events/2026/11/26/liar/event.json", to_manifest(event("yard-9"))));
  const auto repaired = store_->repair(false);
  ASSERT_TRUE(repaired) << repaired.error().message;
  EXPECT_EQ(repaired->adopted, 0U);
  EXPECT_TRUE(fs::exists(folder("strange") / "event.json"));
}

}  // namespace
}  // namespace vigil::archive
