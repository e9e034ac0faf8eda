#include "alerts/alert_sender.h"

#include <algorithm>
#include <exception>
#include <format>
#include <mutex>
#include <set>
#include <utility>

#include "alerts/alert_policy.h"
#include "alerts/channel_sender.h"

#include "core/log.h"

namespace vigil::alerts {
namespace {

using core::ErrorCode;
using core::fail;

using Workers = std::vector<std::shared_ptr<ChannelWorker>>;

AlertTime machine_time() { return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()); }

core::Status check(const AlertSettings& settings) {
  std::set<std::int64_t> ids;
  for (const Channel& channel : settings.channels) {
    if (auto valid = validate(channel); !valid) return valid;
    if (!ids.insert(channel.id).second) {
      return fail(ErrorCode::kInvalidArgument,
                  std::format("two alert channels have the id {}; each needs its own", channel.id));
    }
  }
  std::set<std::int64_t> rule_ids;
  for (const AlertRule& rule : settings.rules) {
    if (!rule_ids.insert(rule.id).second) {
      return fail(ErrorCode::kInvalidArgument, std::format("two alert rules have the id {}; each needs its own", rule.id));
    }
    for (const std::int64_t channel : rule.channels) {
      if (ids.contains(channel)) continue;
      return fail(ErrorCode::kInvalidArgument,
                  std::format("alert rule '{}' names channel {}, which does not exist; take it out of the rule", rule.name,
                              channel));
    }
  }
  return {};
}

Alert test_alert(AlertTime now) {
  return {.uid = "test",
          .kind = "violence",
          .camera = "Test",
          .time = now,
          .title = "This is a test",
          .sentence = "Somebody tries this channel. Nothing has happened."};
}

// All are told to stop before any is waited for.
void end(Workers workers) {
  for (const auto& worker : workers) worker->stop();
}

}  // namespace

struct Alerts::Impl {
  AlertsOptions options;
  std::mutex configuring;  // one configure() at a time
  mutable std::mutex mutex;
  AlertPolicy policy;
  Workers workers;
  std::string base_url;

  SenderOptions sender_options(const std::string& url, bool test) const {
    return {.base_url = url, .time_out = options.time_out, .ca_file = options.ca_file, .push = options.push, .test = test};
  }

  std::shared_ptr<ChannelWorker> worker_for(const Channel& channel, const std::string& url) const {
    return std::make_shared<ChannelWorker>(
        channel, make_sender(channel, sender_options(url, false)),
        WorkerOptions{
            .retry = options.retry, .capacity = options.queue_capacity, .seed = options.seed, .clock = options.clock});
  }

  // Those in use where they are still right, and otherwise new ones.
  Workers workers_for(const AlertSettings& settings, const Workers& before) const {
    Workers wanted;
    for (const Channel& channel : settings.channels) {
      const auto same = std::ranges::find_if(before, [&](const auto& worker) { return worker->channel() == channel; });
      const bool stays = same != before.end() && settings.base_url == base_url;
      wanted.push_back(stays ? *same : worker_for(channel, settings.base_url));
      wanted.back()->set_cameras(settings.cameras);
    }
    return wanted;
  }

  void offer(const Alert& alert) {
    const std::scoped_lock lock(mutex);
    const Decision decision = policy.decide(alert, options.clock());
    for (const auto& worker : workers) {
      const std::int64_t id = worker->channel().id;
      if (alert.state == AlertState::kEnded || std::ranges::contains(decision.concerned, id)) worker->note(alert);
      const auto telling = std::ranges::find(decision.tellings, id, &Telling::channel_id);
      if (telling != decision.tellings.end()) worker->offer(telling->alert);
    }
  }
};

Alerts::Alerts(AlertsOptions options) : impl_(std::make_unique<Impl>()) {
  impl_->options = std::move(options);
  if (!impl_->options.clock) impl_->options.clock = &machine_time;
}

Alerts::~Alerts() { end(std::move(impl_->workers)); }

core::Status Alerts::configure(AlertSettings settings) {
  if (auto valid = check(settings); !valid) return valid;
  const std::scoped_lock one(impl_->configuring);
  Workers before;
  {
    const std::scoped_lock lock(impl_->mutex);
    before = impl_->workers;
  }
  Workers wanted = impl_->workers_for(settings, before);
  {
    const std::scoped_lock lock(impl_->mutex);
    impl_->workers = wanted;
    impl_->policy.set_rules(std::move(settings.rules));
    impl_->base_url = std::move(settings.base_url);
  }
  std::erase_if(before, [&](const auto& worker) { return std::ranges::contains(wanted, worker); });
  end(std::move(before));
  return {};
}

void Alerts::offer(const Alert& alert) noexcept {
  try {
    impl_->offer(alert);
  } catch (const std::exception& error) {
    core::log_error("an alert of event {} was lost: {}", alert.uid, error.what());
  }
}

core::Status Alerts::test(std::int64_t channel_id) {
  std::optional<Channel> channel;
  {
    const std::scoped_lock lock(impl_->mutex);
    for (const auto& worker : impl_->workers) {
      if (worker->channel().id == channel_id) channel = worker->channel();
    }
  }
  if (channel) return test(*channel);
  return fail(ErrorCode::kNotFound, std::format("there is no alert channel {}; save it before it is tried", channel_id));
}

core::Status Alerts::test(const Channel& channel) {
  if (auto valid = validate(channel); !valid) return valid;
  std::string base_url;
  {
    const std::scoped_lock lock(impl_->mutex);
    base_url = impl_->base_url;
  }
  const auto sender = make_sender(channel, impl_->sender_options(base_url, true));
  return sender->send({.alert = test_alert(impl_->options.clock()), .number = 1}, {});
}

std::vector<ChannelStats> Alerts::stats() const {
  Workers workers;
  {
    const std::scoped_lock lock(impl_->mutex);
    workers = impl_->workers;
  }
  std::vector<ChannelStats> all;
  for (const auto& worker : workers) all.push_back(worker->stats());
  return all;
}

}  // namespace vigil::alerts
