// Analyses of uploads while the disk or the database fails, and what the next station makes of what the last one left.
#include "station/job_runner.h"

#include <chrono>
#include <filesystem>
#include <fstream>

#include "station/log_lines.h"
#include "station/refusal.h"
#include "station/staged.h"
#include "station/station.h"
#include <gmock/gmock.h>

#include "support/eventually.h"
#include "support/make_media.h"
#include "support/temp_dir.h"

namespace vigil::station {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using archive::JobState;
using test::eventually;
using testing::HasSubstr;

constexpr const char* kDone = "UPDATE OF state ON jobs WHEN new.state = 'done'";
constexpr const char* kEvents = "INSERT ON events";

class JobRunnerTest : public testing::Test {
 protected:
  void SetUp() override { open(); }

  void open(std::chrono::milliseconds try_again = 20ms) {
    station_.reset();
    station_ = Station::open(*archive_, {.folder = dir_ / "work", .networks = test::staged_networks, .try_again = try_again})
                   .value();
    ASSERT_TRUE(station_->start());
  }
  void upload() {
    const std::string bytes = test::read_bytes(test::staged_video());
    const auto job = station_->uploads().begin({.name = "street.mp4", .size = bytes.size()});
    ASSERT_TRUE(job) << job.error().message;
    ASSERT_TRUE(station_->uploads().append(job->id, 0, bytes));
  }
  archive::Job job() { return archive_->jobs().get(1).value(); }
  bool becomes(JobState state) {
    return eventually([&] { return job().state == state; });
  }
  bool has_video() { return fs::exists(station_->uploads().path(job())); }
  bool loses_video() {
    return eventually([&] { return !has_video(); });
  }
  std::size_t events() { return archive_->events().search({})->events.size(); }

  const test::TempDir dir_;
  std::unique_ptr<archive::Archive> archive_ = archive::Archive::open({.folder = dir_ / "data"}).value();
  test::LogLines log_;
  std::unique_ptr<Station> station_;
};

TEST_F(JobRunnerTest, keeps_the_video_until_the_database_knows_what_was_found) {
  test::Refusal refusal(archive_->database(), kDone);
  upload();
  EXPECT_TRUE(eventually([&] { return log_.contain("upload 1: "); }));
  EXPECT_EQ(job().state, JobState::kRunning);
  EXPECT_TRUE(has_video());
  refusal.end();
  EXPECT_TRUE(becomes(JobState::kDone));
  EXPECT_TRUE(loses_video());
  EXPECT_EQ(events(), 1U);
}

TEST_F(JobRunnerTest, leaves_to_the_next_station_what_the_database_could_not_be_told) {
  test::Refusal refusal(archive_->database(), kDone);
  upload();
  EXPECT_TRUE(eventually([&] { return log_.contain("upload 1: "); }));
  station_->stop();
  EXPECT_TRUE(has_video());
  refusal.end();
  open();
  EXPECT_TRUE(becomes(JobState::kDone));
  EXPECT_TRUE(loses_video());
  EXPECT_EQ(events(), 1U) << "what was stored already is not stored twice";
}

TEST_F(JobRunnerTest, tries_again_with_events_that_cannot_be_stored) {
  test::Refusal refusal(archive_->database(), kEvents);
  open(2s);
  upload();
  EXPECT_TRUE(eventually([&] { return log_.contain("not stored yet"); }));
  EXPECT_TRUE(has_video());
  refusal.end();
  EXPECT_TRUE(becomes(JobState::kDone));
  EXPECT_EQ(events(), 1U);
}

TEST_F(JobRunnerTest, gives_up_with_the_reason_after_some_tries) {
  test::Refusal refusal(archive_->database(), kEvents);
  upload();
  EXPECT_TRUE(becomes(JobState::kFailed));
  EXPECT_THAT(job().message, HasSubstr("the events are not stored"));
  EXPECT_TRUE(loses_video());
}

TEST_F(JobRunnerTest, does_not_wait_for_another_try_when_it_is_cancelled_or_ends) {
  test::Refusal refusal(archive_->database(), kEvents);
  open(1h);
  upload();
  EXPECT_TRUE(eventually([&] { return log_.contain("not stored yet"); }));
  station_.reset();
  EXPECT_EQ(job().state, JobState::kRunning);
  open(1h);
  EXPECT_TRUE(station_->cancel_job(1));
  EXPECT_TRUE(becomes(JobState::kCancelled));
  EXPECT_TRUE(loses_video());
}

TEST_F(JobRunnerTest, begins_with_videos_that_were_received_and_not_queued) {
  {
    test::Refusal refusal(archive_->database(), "UPDATE OF state ON jobs");
    upload();
    station_.reset();
  }
  EXPECT_EQ(job().state, JobState::kUploading);
  open();
  EXPECT_TRUE(becomes(JobState::kDone));
}

TEST_F(JobRunnerTest, waits_with_the_analysis_while_the_disk_has_no_room) {
  open(1s);
  const fs::path jobs = dir_ / "work/jobs";
  fs::remove_all(jobs);
  std::ofstream(jobs) << "in the way";
  upload();
  EXPECT_TRUE(eventually([&] { return log_.contain("analysed anew when the disk has room"); }));
  EXPECT_EQ(job().state, JobState::kRunning);
  EXPECT_TRUE(has_video());
  fs::remove(jobs);
  EXPECT_TRUE(becomes(JobState::kDone));
  EXPECT_EQ(events(), 1U);
}

TEST_F(JobRunnerTest, begins_with_an_empty_folder) {
  station_.reset();
  fs::create_directories(dir_ / "work/jobs/job-17/clips");
  open();
  EXPECT_FALSE(fs::exists(dir_ / "work/jobs/job-17"));
}

}  // namespace
}  // namespace vigil::station
