#include "alerts/channel_worker.h"

#include <cmath>
#include <condition_variable>
#include <utility>

#include "core/log.h"

namespace vigil::alerts {
namespace {

void pause(std::chrono::milliseconds duration, const std::stop_token& stop) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any never;
  never.wait_for(lock, stop, duration, [] { return false; });
}

}  // namespace

std::chrono::milliseconds pause_after(int tried, const RetryOptions& options, core::Rng& rng) {
  const double steps = std::pow(options.factor, tried - 1);
  const double chance = core::uniform(rng, 1 - options.jitter, 1 + options.jitter);
  return std::chrono::milliseconds(std::llround(static_cast<double>(options.first_pause.count()) * steps * chance));
}

ChannelWorker::ChannelWorker(Channel channel, std::unique_ptr<ChannelSender> sender, WorkerOptions options)
    : channel_(std::move(channel)),
      sender_(std::move(sender)),
      options_(std::move(options)),
      queue_({.capacity = options_.capacity, .when_full = core::WhenFull::kDropOldest}),
      rng_(core::make_rng({options_.seed, static_cast<std::uint64_t>(channel_.id)})),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

ChannelWorker::~ChannelWorker() { stop(); }

void ChannelWorker::stop() {
  thread_.request_stop();
  queue_.cancel();
}

void ChannelWorker::offer(Alert alert) { queue_.push(std::move(alert)); }

ChannelStats ChannelWorker::stats() const {
  const std::scoped_lock lock(mutex_);
  ChannelStats stats = stats_;
  stats.channel_id = channel_.id;
  stats.name = channel_.name;
  stats.dropped = queue_.dropped();
  stats.waiting = queue_.size();
  return stats;
}

void ChannelWorker::run(const std::stop_token& stop) {
  std::uint64_t number = 0;
  while (auto alert = queue_.pop()) deliver({.alert = std::move(*alert), .number = ++number}, stop);
}

void ChannelWorker::deliver(const Notice& notice, const std::stop_token& stop) {
  for (int tried = 1; !stop.stop_requested(); ++tried) {
    const auto sent = sender_->send(notice, stop);
    if (stop.stop_requested()) return;
    const bool again = !sent && may_pass(sent.error()) && tried < options_.retry.tries;
    count(sent, notice, again);
    if (!again) return;
    pause(pause_after(tried, options_.retry, rng_), stop);
  }
}

void ChannelWorker::count(const core::Status& sent, const Notice& notice, bool again) {
  {
    const std::scoped_lock lock(mutex_);
    if (sent) {
      ++stats_.sent;
      stats_.last_sent_at = options_.clock();
      return;
    }
    again ? ++stats_.retried : ++stats_.failed;
    stats_.last_error = sent.error().message;
    stats_.last_error_at = options_.clock();
  }
  if (!again) {
    core::log_warning("alert channel '{}': event {} could not be told: {}", channel_.name, notice.alert.uid,
                      sent.error().message);
  }
}

}  // namespace vigil::alerts
