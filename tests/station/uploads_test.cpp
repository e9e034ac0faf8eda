// Uploads that a kill, a failing database or their user left in the middle.
#include "station/uploads.h"

#include <chrono>
#include <filesystem>
#include <fstream>

#include "station/refusal.h"
#include "station/staged.h"
#include <gmock/gmock.h>

#include "support/make_media.h"
#include "support/temp_dir.h"

namespace vigil::station {
namespace {

namespace fs = std::filesystem;
using archive::Job;
using archive::JobState;
using core::ErrorCode;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class UploadsTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(uploads_.sweep()); }

  Uploads make_uploads() {
    return Uploads(jobs_, dir_ / "uploads", 1 << 30, [this](std::int64_t id) { told_ = id; });
  }
  Job begin(std::size_t size) { return uploads_.begin({.name = "street.mp4", .size = size}).value(); }
  // Received whole by a process that was killed before it looked at it.
  Job left_whole(const std::string& bytes) {
    const Job job = begin(bytes.size());
    std::ofstream(uploads_.path(job), std::ios::binary) << bytes;
    EXPECT_TRUE(jobs_.set_received(job.id, bytes.size()));
    return job;
  }
  JobState state(const Job& job) { return jobs_.get(job.id)->state; }
  void age(const Job& job) {
    fs::last_write_time(uploads_.path(job), fs::file_time_type::clock::now() - std::chrono::days(8));
  }

  const test::TempDir dir_;
  const fs::path video_ = test::staged_video();
  const std::string bytes_ = test::read_bytes(video_);
  std::unique_ptr<archive::Database> database_ =
      archive::Database::open({.url = "sqlite:" + (dir_ / "vigil.db").string()}).value();
  archive::Jobs jobs_{*database_};
  std::int64_t told_ = 0;  // changed last
  Uploads uploads_ = make_uploads();
};

TEST_F(UploadsTest, that_a_kill_left_whole_are_queued_or_refused_by_the_next_start) {
  const Job video = left_whole(bytes_), text = left_whole("this is text, whatever its name says");
  Uploads next = make_uploads();
  ASSERT_TRUE(next.sweep());
  next.take_up();
  EXPECT_EQ(state(video), JobState::kQueued);
  EXPECT_TRUE(fs::exists(next.path(video)));
  EXPECT_EQ(state(text), JobState::kFailed);
  EXPECT_THAT(jobs_.get(text.id)->message, AllOf(HasSubstr("street.mp4"), Not(HasSubstr(dir_.path().string()))));
  EXPECT_FALSE(fs::exists(next.path(text)));
}

TEST_F(UploadsTest, are_queued_when_the_database_is_back) {
  const Job job = begin(bytes_.size());
  test::Refusal refusal(*database_, "UPDATE OF state ON jobs");
  uploads_.take_up();
  EXPECT_EQ(uploads_.append(job.id, 0, bytes_).value(), bytes_.size()) << "all of it is on the disk";
  uploads_.take_up();
  EXPECT_EQ(state(job), JobState::kUploading);
  EXPECT_TRUE(fs::exists(uploads_.path(job)));
  refusal.end();
  told_ = 0;
  uploads_.take_up();
  EXPECT_EQ(state(job), JobState::kQueued);
  EXPECT_EQ(told_, job.id);
}

TEST_F(UploadsTest, are_queued_by_a_client_that_asks_whether_anything_is_missing) {
  const Job job = left_whole(bytes_);
  EXPECT_EQ(uploads_.append(job.id, bytes_.size(), "").value(), bytes_.size());
  EXPECT_EQ(state(job), JobState::kQueued);
}

TEST_F(UploadsTest, that_are_no_videos_stay_until_the_database_knows_why) {
  const std::string text = "this is text";
  const Job job = begin(text.size());
  test::Refusal refusal(*database_, "UPDATE OF state ON jobs");
  EXPECT_TRUE(uploads_.append(job.id, 0, text));
  EXPECT_TRUE(fs::exists(uploads_.path(job)));
  refusal.end();
  uploads_.take_up();
  EXPECT_EQ(state(job), JobState::kFailed);
  EXPECT_FALSE(fs::exists(uploads_.path(job)));
}

TEST_F(UploadsTest, that_the_database_does_not_know_stay_at_the_start_and_only_what_is_over_goes) {
  const Job job = begin(bytes_.size()), over = begin(bytes_.size());
  ASSERT_TRUE(jobs_.set_state(over.id, JobState::kFailed, "no video"));
  const auto put = [&](const char* name, const char* text) { std::ofstream(dir_ / "uploads" / name) << text; };
  put("of-a-lost-database", "a video");
  put("without-a-row", "");
  put(".draft.tmp", "half a video");
  ASSERT_TRUE(make_uploads().sweep());
  EXPECT_TRUE(fs::exists(uploads_.path(job)));
  EXPECT_TRUE(fs::exists(dir_ / "uploads/of-a-lost-database"));
  EXPECT_FALSE(fs::exists(uploads_.path(over)));
  EXPECT_FALSE(fs::exists(dir_ / "uploads/without-a-row"));
  EXPECT_FALSE(fs::exists(dir_ / "uploads/.draft.tmp"));
}

TEST_F(UploadsTest, are_cancelled_when_nothing_came_for_a_week) {
  const Job old = begin(bytes_.size()), coming = begin(bytes_.size()), whole = left_whole(bytes_);
  ASSERT_TRUE(uploads_.append(old.id, 0, "first"));
  ASSERT_TRUE(uploads_.append(coming.id, 0, "first"));
  age(old);
  age(whole);
  ASSERT_TRUE(uploads_.cancel_abandoned(archive::now()));
  EXPECT_EQ(state(old), JobState::kCancelled);
  EXPECT_THAT(jobs_.get(old.id)->message, HasSubstr("7 days"));
  EXPECT_FALSE(fs::exists(uploads_.path(old)));
  EXPECT_EQ(uploads_.append(old.id, 5, "second").error().code, ErrorCode::kConflict);
  EXPECT_EQ(state(whole), JobState::kUploading) << "nothing is missing of it";
  EXPECT_TRUE(uploads_.append(coming.id, 5, "second"));
}

TEST_F(UploadsTest, keep_their_file_when_the_database_does_not_take_that_they_are_cancelled) {
  const Job job = begin(bytes_.size());
  test::Refusal refusal(*database_, "UPDATE OF state ON jobs");
  EXPECT_FALSE(uploads_.cancel(job));
  EXPECT_TRUE(uploads_.append(job.id, 0, "first"));
  refusal.end();
  EXPECT_TRUE(uploads_.cancel(job));
  EXPECT_EQ(state(job), JobState::kCancelled);
  EXPECT_FALSE(fs::exists(uploads_.path(job)));
}

TEST_F(UploadsTest, that_failed_can_be_supplied_with_their_file_once_more) {
  const Job job = begin(bytes_.size());
  ASSERT_TRUE(jobs_.set_state(job.id, JobState::kFailed, "out of luck"));
  uploads_.remove(job);
  std::ofstream(dir_ / "another.mp4") << "another video";
  EXPECT_EQ(uploads_.supply(job.id, dir_ / "another.mp4").error().code, ErrorCode::kConflict);
  EXPECT_EQ(state(job), JobState::kFailed);
  ASSERT_TRUE(uploads_.supply(job.id, video_));
  const Job again = jobs_.get(job.id).value();
  EXPECT_EQ(again.state, JobState::kQueued);
  EXPECT_EQ(again.received, again.size);
  EXPECT_FALSE(again.finished);
  EXPECT_EQ(test::read_bytes(uploads_.path(job)), bytes_);
  EXPECT_EQ(uploads_.supply(job.id, video_).error().code, ErrorCode::kConflict);
}

}  // namespace
}  // namespace vigil::station
