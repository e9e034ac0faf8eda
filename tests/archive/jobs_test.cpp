#include "archive/jobs.h"

#include <atomic>
#include <format>
#include <set>
#include <thread>

#include <gmock/gmock.h>

#include "archive/audit_log.h"
#include "archive/databases.h"
#include "archive/events.h"
#include "archive/secret_box.h"
#include "archive/settings.h"
#include "support/temp_dir.h"

namespace vigil::archive {
namespace {

using core::ErrorCode;
using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr WallTime kNoon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 26) + 12h;

class JobsTest : public test::OnBoth {
 protected:
  void SetUp() override {
    database_ = open();
    jobs_.emplace(*database_);
  }
  std::int64_t add(const std::string& name, JobState state = JobState::kUploading) {
    const auto id = jobs_->add({.name = name, .file = "uploads/" + name, .size = 100, .state = state});
    EXPECT_TRUE(id) << id.error().message;
    return id.value_or(0);
  }

  std::unique_ptr<Database> database_;
  std::optional<Jobs> jobs_;
};
VIGIL_ON_BOTH(JobsTest);

TEST_P(JobsTest, go_from_the_first_byte_to_done) {
  const auto id = add("a.mp4");
  ASSERT_TRUE(jobs_->set_received(id, 60));
  EXPECT_EQ(jobs_->set_received(id, 50).error().code, ErrorCode::kConflict) << "it has more than that";
  EXPECT_EQ(jobs_->set_received(id, 101).error().code, ErrorCode::kConflict);
  EXPECT_EQ(jobs_->set_state(id, JobState::kDone).error().code, ErrorCode::kConflict) << "it never ran";
  EXPECT_FALSE(jobs_->take()->has_value()) << "it is not all here yet";
  ASSERT_TRUE(jobs_->set_received(id, 100));
  ASSERT_TRUE(jobs_->set_state(id, JobState::kQueued));
  const auto taken = jobs_->take();
  ASSERT_TRUE(taken && *taken);
  EXPECT_EQ((*taken)->id, id);
  ASSERT_TRUE(jobs_->set_progress(id, 0.25));
  EXPECT_EQ(jobs_->get(id)->progress, 0.25);
  ASSERT_TRUE(jobs_->set_state(id, JobState::kDone, "2 events"));
  const auto done = jobs_->get(id);
  EXPECT_EQ(done->state, JobState::kDone);
  EXPECT_EQ(done->message, "2 events");
  EXPECT_TRUE(done->finished);
  EXPECT_EQ(jobs_->set_state(id, JobState::kQueued).error().code, ErrorCode::kConflict);
}

TEST_P(JobsTest, are_taken_in_order_and_once) {
  for (int i = 0; i < 24; ++i) add(std::format("{}.mp4", i), JobState::kQueued);
  std::mutex mutex;
  std::vector<std::int64_t> taken;
  {
    std::vector<std::jthread> workers;
    for (int w = 0; w < 4; ++w) {
      workers.emplace_back([&] {
        while (true) {
          const auto job = jobs_->take();
          ASSERT_TRUE(job) << job.error().message;
          if (!*job) return;
          const std::scoped_lock lock(mutex);
          taken.push_back((*job)->id);
        }
      });
    }
  }
  EXPECT_EQ(taken.size(), 24U);
  EXPECT_EQ(std::set(taken.begin(), taken.end()).size(), 24U);
}

TEST_P(JobsTest, that_ran_when_the_program_ended_run_again) {
  const auto id = add("a.mp4", JobState::kQueued);
  ASSERT_TRUE(jobs_->take());
  ASSERT_TRUE(jobs_->requeue_running());
  EXPECT_EQ(jobs_->take().value()->id, id);
}

TEST_P(JobsTest, are_cancelled_and_tried_again) {
  const auto id = add("a.mp4", JobState::kQueued);
  ASSERT_TRUE(jobs_->set_state(id, JobState::kCancelled));
  EXPECT_FALSE(jobs_->take()->has_value());
  ASSERT_TRUE(jobs_->set_state(id, JobState::kQueued));
  EXPECT_FALSE(jobs_->get(id)->finished) << "not over any more";
  EXPECT_TRUE(jobs_->take()->has_value());
}

TEST_P(JobsTest, know_how_many_events_were_found_in_them) {
  const auto quiet = add("quiet.mp4"), fight = add("fight.mp4"), brawl = add("brawl.mp4");
  Events events(*database_);
  std::vector<std::int64_t> found;
  for (const auto& [job, count] : {std::pair{fight, 2}, {brawl, 3}}) {
    for (int i = 0; i < count; ++i) {
      const auto uid = std::format("{}-{}", job, i);
      found.push_back(events.add({.uid = uid, .job_id = job, .kind = "violence", .begin = kNoon, .end = kNoon}).value());
    }
  }
  ASSERT_TRUE(events.add({.uid = "of-a-camera", .kind = "violence", .begin = kNoon, .end = kNoon}));
  const auto counts = [&] {
    std::vector<std::int64_t> all;
    const auto jobs = jobs_->all();
    for (const Job& job : *jobs) all.push_back(job.events_count);
    return all;
  };
  EXPECT_THAT(counts(), ElementsAre(3, 2, 0)) << "the latest first";
  EXPECT_EQ(jobs_->get(brawl)->events_count, 3);
  EXPECT_EQ(jobs_->get(quiet)->events_count, 0);
  ASSERT_TRUE(events.remove(found.front()));
  EXPECT_THAT(counts(), ElementsAre(3, 1, 0)) << "what was deleted does not count";
}

TEST_P(JobsTest, say_what_is_not_there) {
  EXPECT_EQ(jobs_->get(9).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(jobs_->set_state(9, JobState::kQueued).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(jobs_->set_received(9, 1).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(jobs_->remove(9));
  add("a.mp4");
  EXPECT_EQ(jobs_->add({.name = "other", .file = "uploads/a.mp4"}).error().code, ErrorCode::kConflict);
  EXPECT_EQ(jobs_->add({.user_id = 99, .name = "b", .file = "b"}).error().code, ErrorCode::kConflict);
  EXPECT_EQ(jobs_->all()->size(), 1U);
}

TEST_P(JobsTest, the_audit_log_keeps_who_did_what) {
  AuditLog log(*database_);
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(log.add({.at = kNoon + std::chrono::minutes(i),
                         .user_name = i % 2 == 0 ? "Ann" : "Bob",
                         .address = "10.0.0.5",
                         .action = i == 4 ? "delete" : "view",
                         .object = std::format("event {}", i),
                         .details = R"({"why": "test"})"}));
  }
  const auto objects = [&](const AuditSearch& search) {
    std::vector<std::string> found;
    const auto entries = log.entries(search);
    EXPECT_TRUE(entries) << entries.error().message;
    if (entries) {
      for (const AuditEntry& entry : *entries) found.push_back(entry.object);
    }
    return found;
  };
  EXPECT_THAT(objects({.count = 2}), ElementsAre("event 4", "event 3"));
  EXPECT_THAT(objects({.before = log.entries({.count = 2})->back().id}), ElementsAre("event 2", "event 1", "event 0"));
  EXPECT_THAT(objects({.user_name = "Bob"}), ElementsAre("event 3", "event 1"));
  EXPECT_THAT(objects({.action = "delete"}), ElementsAre("event 4"));
  EXPECT_THAT(objects({.from = kNoon + 1min, .until = kNoon + 3min}), ElementsAre("event 2", "event 1"));
  EXPECT_EQ(log.entries({.count = 0}).error().code, ErrorCode::kInvalidArgument);
  ASSERT_TRUE(log.forget_before(kNoon + 4min));
  EXPECT_THAT(objects({}), ElementsAre("event 4"));
}

TEST_P(JobsTest, settings_are_kept_under_their_names) {
  const test::TempDir dir;
  const auto box = SecretBox::open(dir / "key"), another = SecretBox::open(dir / "another key");
  Settings settings(*database_, *box);
  EXPECT_FALSE(settings.get("retention")->has_value());
  ASSERT_TRUE(settings.set("retention", R"({"days": 14})"));
  ASSERT_TRUE(settings.set("retention", R"({"days": 30})"));
  EXPECT_NE(settings.get("retention").value()->find("30"), std::string::npos);

  EXPECT_FALSE(settings.get_secret("alerts")->has_value());
  ASSERT_TRUE(settings.set_secret("alerts", "a password"));
  EXPECT_EQ(settings.get_secret("alerts")->value(), "a password");
  EXPECT_EQ(settings.get("alerts").value()->find("password"), std::string::npos);
  EXPECT_EQ(Settings(*database_, *another).get_secret("alerts").error().code, ErrorCode::kUnreadable);
  EXPECT_EQ(settings.get_secret("retention").error().code, ErrorCode::kUnreadable);
}

}  // namespace
}  // namespace vigil::archive
