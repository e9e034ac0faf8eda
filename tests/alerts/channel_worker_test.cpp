#include "alerts/channel_worker.h"

#include <atomic>
#include <condition_variable>

#include <gmock/gmock.h>

#include "support/eventually.h"

namespace vigil::alerts {
namespace {

using test::eventually;

using core::ErrorCode;
using testing::ElementsAre;
using namespace std::chrono_literals;

constexpr auto kNow = AlertTime(std::chrono::microseconds(1'000'000));

// Fails as often as it is told, and holds on to what it sends while it is held.
class FakeSender : public ChannelSender {
 public:
  struct Script {
    std::mutex mutex;
    std::condition_variable_any changed;
    bool held = false;
    int failures = 0;
    ErrorCode code = ErrorCode::kIo;
    std::vector<std::string> tried;  // uids
    std::vector<std::uint64_t> numbers;

    std::size_t tries() {
      const std::scoped_lock lock(mutex);
      return tried.size();
    }
    void release() {
      const std::scoped_lock lock(mutex);
      held = false;
      changed.notify_all();
    }
  };
  explicit FakeSender(std::shared_ptr<Script> script) : script_(std::move(script)) {}

  core::Status send(const Notice& notice, std::stop_token stop) override {
    std::unique_lock lock(script_->mutex);
    script_->tried.push_back(notice.alert.uid);
    script_->numbers.push_back(notice.number);
    script_->changed.wait(lock, stop, [&] { return !script_->held; });
    if (script_->failures-- > 0) return core::fail(script_->code, "the fake failed");
    return {};
  }

 private:
  std::shared_ptr<Script> script_;
};

struct Running {
  explicit Running(std::size_t capacity = 64)
      : worker(
            {.id = 7, .name = "Fake"}, std::make_unique<FakeSender>(script),
            {.retry = {.tries = 3, .first_pause = 1ms, .factor = 1}, .capacity = capacity, .clock = [] { return kNow; }}) {}

  std::shared_ptr<FakeSender::Script> script = std::make_shared<FakeSender::Script>();
  ChannelWorker worker;
};

TEST(ChannelWorker, sends_in_order_and_counts) {
  Running running;
  running.worker.offer({.uid = "a"});
  running.worker.offer({.uid = "b"});
  ASSERT_TRUE(eventually([&] { return running.worker.stats().sent == 2; }));
  EXPECT_THAT(running.script->tried, ElementsAre("a", "b"));
  const ChannelStats stats = running.worker.stats();
  EXPECT_EQ(stats.channel_id, 7);
  EXPECT_EQ(stats.name, "Fake");
  EXPECT_EQ(stats.last_sent_at, kNow);
  EXPECT_EQ(stats.last_error, "");
}

TEST(ChannelWorker, tries_again_what_may_pass) {
  Running running;
  running.script->failures = 2;
  running.worker.offer({.uid = "a"});
  ASSERT_TRUE(eventually([&] { return running.worker.stats().sent == 1; }));
  EXPECT_THAT(running.script->numbers, ElementsAre(1, 1, 1)) << "the same alert";
  EXPECT_EQ(running.worker.stats().retried, 2U);
  EXPECT_EQ(running.worker.stats().failed, 0U);
  EXPECT_EQ(running.worker.stats().last_error, "the fake failed");
  EXPECT_EQ(running.worker.stats().last_error_at, kNow);
}

TEST(ChannelWorker, gives_up_after_the_last_try) {
  Running running;
  running.script->failures = 3;
  running.worker.offer({.uid = "a"});
  running.worker.offer({.uid = "b"});
  ASSERT_TRUE(eventually([&] { return running.worker.stats().sent == 1; }));
  EXPECT_THAT(running.script->tried, ElementsAre("a", "a", "a", "b"));
  EXPECT_EQ(running.worker.stats().failed, 1U);
}

TEST(ChannelWorker, does_not_try_again_what_cannot_pass) {
  Running running;
  running.script->failures = 1;
  running.script->code = ErrorCode::kInvalidArgument;
  running.worker.offer({.uid = "a"});
  ASSERT_TRUE(eventually([&] { return running.worker.stats().failed == 1; }));
  EXPECT_EQ(running.script->tries(), 1U);
  EXPECT_EQ(running.worker.stats().retried, 0U);
}

TEST(ChannelWorker, drops_the_oldest_where_too_many_wait_and_counts_them) {
  Running running(2);
  running.script->held = true;
  running.worker.offer({.uid = "a"});
  ASSERT_TRUE(eventually([&] { return running.script->tries() == 1; }));
  for (const char* uid : {"b", "c", "d", "e"}) running.worker.offer({.uid = uid});
  EXPECT_EQ(running.worker.stats().waiting, 2U);
  EXPECT_EQ(running.worker.stats().dropped, 2U);
  running.script->release();
  ASSERT_TRUE(eventually([&] { return running.worker.stats().sent == 3; }));
  EXPECT_THAT(running.script->tried, ElementsAre("a", "d", "e"));
}

TEST(ChannelWorker, ends_in_the_middle_of_sending_and_of_a_pause) {
  auto sending = std::make_unique<Running>();
  sending->script->held = true;
  sending->worker.offer({.uid = "a"});
  ASSERT_TRUE(eventually([&] { return sending->script->tries() == 1; }));
  sending.reset();

  const auto script = std::make_shared<FakeSender::Script>();
  script->failures = 1000;
  auto pausing = std::make_unique<ChannelWorker>(Channel{.id = 1}, std::make_unique<FakeSender>(script),
                                                 WorkerOptions{.retry = {.first_pause = 1h}, .clock = [] { return kNow; }});
  pausing->offer({.uid = "a"});
  ASSERT_TRUE(eventually([&] { return pausing->stats().retried == 1; }));
  pausing.reset();
}

TEST(ChannelWorker, pauses_grow_and_chance_keeps_within_its_part) {
  core::Rng rng = core::make_rng({1});
  const RetryOptions exact{.first_pause = 2s, .factor = 4, .jitter = 0};
  EXPECT_EQ(pause_after(1, exact, rng), 2s);
  EXPECT_EQ(pause_after(4, exact, rng), 128s);
  std::chrono::milliseconds shortest = 1h;
  std::chrono::milliseconds longest = 0s;
  for (int i = 0; i < 1000; ++i) {
    const auto pause = pause_after(2, {.first_pause = 2s, .factor = 4, .jitter = 0.25}, rng);
    shortest = std::min(shortest, pause);
    longest = std::max(longest, pause);
  }
  EXPECT_GE(shortest, 6s);
  EXPECT_LE(longest, 10s);
  EXPECT_GT(longest - shortest, 3s);
}

}  // namespace
}  // namespace vigil::alerts
