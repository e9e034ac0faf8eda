// ChannelWorker: a thread that sends what is offered through one channel, again and again where that may help, and counts.
//
//   ChannelWorker worker(channel, make_sender(channel, options), {.retry = {}, .seed = 1});
//   worker.offer(alert);
//   for (...) show(worker.stats());
//
// offer() and note() never block; the rest may be called from any thread. What waits when it ends is thrown away. It ends
// within a second or two.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "alerts/channel_sender.h"

#include "core/queue.h"
#include "core/random.h"
#include "core/result.h"

namespace vigil::alerts {

struct RetryOptions {
  int tries = 5;  // of one alert, the first included; more keep newer ones waiting behind it
  std::chrono::milliseconds first_pause = std::chrono::seconds(2);
  double factor = 4;     // of each pause to the one before: 2, 8, 32, 128 s
  double jitter = 0.25;  // [0, 1): part of a pause that chance takes or gives, so that channels do not beat in step
};

// The pause after try number `tried`, from 1.
std::chrono::milliseconds pause_after(int tried, const RetryOptions& options, core::Rng& rng);

struct ChannelStats {
  std::int64_t channel_id = 0;
  std::string name = {};
  std::uint64_t sent = 0;
  std::uint64_t failed = 0;   // given up
  std::uint64_t retried = 0;  // tries after the first
  std::uint64_t dropped = 0;  // oldest ones, because too many waited
  std::size_t waiting = 0;
  std::string last_error = {};  // without secrets; empty: none so far
  std::optional<AlertTime> last_error_at = {}, last_sent_at = {};
};

struct WorkerOptions {
  RetryOptions retry = {};
  std::size_t capacity = 64;  // alerts that wait
  std::uint64_t seed = 0;     // of the jitter
  std::function<AlertTime()> clock = {};
};

class ChannelWorker {
 public:
  ChannelWorker(Channel channel, std::unique_ptr<ChannelSender> sender, WorkerOptions options);
  ~ChannelWorker();
  ChannelWorker(const ChannelWorker&) = delete;
  ChannelWorker& operator=(const ChannelWorker&) = delete;

  void offer(Alert alert);
  void note(const Alert& alert) { sender_->note(alert); }
  void set_cameras(const std::vector<CameraName>& cameras) { sender_->set_cameras(cameras); }

  // Returns at once; the destructor waits for the end.
  void stop();

  const Channel& channel() const { return channel_; }
  ChannelStats stats() const;

 private:
  void run(const std::stop_token& stop);
  void deliver(const Notice& notice, const std::stop_token& stop);
  void count(const core::Status& sent, const Notice& notice, bool again);

  const Channel channel_;
  const std::unique_ptr<ChannelSender> sender_;
  const WorkerOptions options_;
  core::BoundedQueue<Alert> queue_;
  core::Rng rng_;
  mutable std::mutex mutex_;
  ChannelStats stats_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace vigil::alerts
