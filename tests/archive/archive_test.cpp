#include "archive/archive.h"

#include <chrono>
#include <filesystem>
#include <format>
#include <fstream>

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "archive/databases.h"

namespace vigil::archive {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using namespace std::chrono_literals;

constexpr WallTime kNoon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 26) + 12h;

class ArchiveTest : public test::OnBoth {
 protected:
  core::Result<std::unique_ptr<Archive>> open_archive() {
    return Archive::open({.folder = dir_ / "vigil", .database = GetParam() == Dialect::kSqlite ? "" : url()});
  }
  static StoredEvent event() {
    return {.uid = "yard-1", .source = "Yard", .kind = "zone", .begin = kNoon, .end = kNoon + 5s};
  }
};
VIGIL_ON_BOTH(ArchiveTest);

TEST_P(ArchiveTest, keeps_everything_from_one_opening_to_the_next) {
  std::int64_t job = 0;
  {
    auto archive = open_archive();
    ASSERT_TRUE(archive) << archive.error().message;
    std::ofstream(dir_ / "clip") << "clip";
    ASSERT_TRUE((*archive)->event_store().add(event(), {{"clip.mp4", dir_ / "clip"}}));
    ASSERT_TRUE((*archive)->cameras().add({.name = "Yard"}, "rtsp://user:secret@yard/"));
    job = (*archive)->jobs().add({.name = "a", .file = "uploads/a", .state = JobState::kQueued}).value();
    ASSERT_TRUE((*archive)->jobs().take());
  }
  auto again = open_archive();
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE((*again)->events().get("yard-1"));
  const auto cameras = (*again)->cameras().all();
  ASSERT_EQ(cameras->size(), 1U);
  EXPECT_EQ((*again)->cameras().address_of(cameras->front().id).value(), "rtsp://user:secret@yard/");
  EXPECT_EQ((*again)->jobs().get(job)->state, JobState::kQueued) << "what ran when the program ended runs again";
}

TEST_P(ArchiveTest, belongs_to_one_program_at_a_time) {
  auto archive = open_archive();
  ASSERT_TRUE(archive);
  EXPECT_EQ(open_archive().error().code, ErrorCode::kTimedOut);
  EXPECT_TRUE(
      Archive::open({.folder = dir_ / "vigil", .database = GetParam() == Dialect::kSqlite ? "" : url(), .exclusive = false}))
      << "a short look";
  archive->reset();
  EXPECT_TRUE(open_archive());
}

TEST(ArchiveFolder, is_for_its_owner_only) {
  const test::TempDir dir;
  ASSERT_TRUE(Archive::open({.folder = dir / "vigil"}));
  struct stat status = {};
  ASSERT_EQ(stat((dir / "vigil").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
}

TEST(ArchiveFolder, whose_database_was_deleted_gets_its_events_back) {
  const test::TempDir dir;
  std::ofstream(dir / "clip") << "clip";
  {
    auto archive = Archive::open({.folder = dir / "vigil"});
    StoredEvent event{.uid = "yard-1", .source = "Yard", .kind = "zone", .begin = kNoon, .end = kNoon + 5s};
    ASSERT_TRUE((*archive)->event_store().add(event, {{"clip.mp4", dir / "clip"}}));
    ASSERT_TRUE((*archive)->files().put_bytes("events/2026/11/26/half/clip.mp4", "of an event that was never complete"));
  }
  for (const char* file : {"vigil.db", "vigil.db-wal", "vigil.db-shm"}) fs::remove(dir / "vigil" / file);
  auto archive = Archive::open({.folder = dir / "vigil"});
  ASSERT_TRUE(archive) << archive.error().message;
  EXPECT_TRUE((*archive)->events().get("yard-1"));
  EXPECT_TRUE((*archive)->files().info("events/2026/11/26/half/clip.mp4")) << "a new database deletes nothing";
}

TEST(ArchiveFolder, whose_database_was_deleted_gives_no_camera_the_recordings_of_another) {
  const test::TempDir dir;
  const auto recording = Recordings::key(5, kNoon, kNoon + 4s);
  ASSERT_TRUE((*Archive::open({.folder = dir / "vigil"}))->files().put_bytes(recording, "of a bedroom"));
  {
    auto archive = Archive::open({.folder = dir / "vigil"});
    for (int i = 0; i < 5; ++i) ASSERT_TRUE((*archive)->cameras().add({.name = std::format("Gate {}", i)}, "rtsp://gate/"));
  }
  auto archive = Archive::open({.folder = dir / "vigil"});
  EXPECT_TRUE((*archive)->recordings().oldest(10)->empty());
  EXPECT_TRUE((*archive)->files().info(recording)) << "nor is it deleted";
}

}  // namespace
}  // namespace vigil::archive
