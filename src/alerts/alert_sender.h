// Alerts: tells people and programs of events, through the channels that the rules name. The room's front door.
//
//   Alerts alerts({.push = {.subscriptions = [&](const Alert& alert) { return subscriptions.of(alert); }}});
//   alerts.configure({.rules = rules, .channels = channels, .cameras = cameras, .base_url = "https://vigil.example"});
//   alerts.offer({.uid = uid, .kind = "violence", .camera_id = 3, .camera = "Yard", .time = now, .score = 0.93});
//   if (auto tried = alerts.test(channel_id); !tried) show(tried.error().message);
//
// Each channel has a thread and a bounded queue of its own, so that one that hangs holds up neither the line nor another
// channel. What could not be sent is tried again a few times, then given up, counted and logged. Nothing is kept over a
// restart. All functions may be called from any thread. Errors, logs and figures hold no secrets.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "alerts/alert.h"
#include "alerts/alert_rules.h"
#include "alerts/channel_worker.h"
#include "alerts/channels.h"
#include "alerts/push_subscription.h"

#include "core/result.h"

namespace vigil::alerts {

struct AlertsOptions {
  RetryOptions retry = {};
  std::size_t queue_capacity = 64;                                // alerts that wait for one channel; then the oldest goes
  std::chrono::milliseconds time_out = std::chrono::seconds(10);  // of one request; less loses alerts to slow servers
  std::filesystem::path ca_file = {};                             // certificate authorities of servers; empty: the machine's
  PushOptions push = {};                                          // who subscribed; needed by channels of web push
  std::function<AlertTime()> clock = {};                          // of cool-downs and figures; empty: the machine's
  std::uint64_t seed = 0;                                         // of the jitter of pauses
};

// All that can be changed while it runs.
struct AlertSettings {
  std::vector<AlertRule> rules = {};
  std::vector<Channel> channels = {};
  std::vector<CameraName> cameras = {};  // what MQTT announces before anything happens
  std::string base_url = {};             // where people reach this program, for links; empty: no links
};

class Alerts {
 public:
  explicit Alerts(AlertsOptions options = {});

  // Ends within a second or two; what waits is not sent.
  ~Alerts();
  Alerts(const Alerts&) = delete;
  Alerts& operator=(const Alerts&) = delete;

  // Channels that stay as they are keep what waits, their connections and their figures; what waits for others goes. Errors:
  // kInvalidArgument (a channel that cannot be used, an id that two have, a rule with a channel that is not there); all is
  // then as before. May block for a second or two.
  core::Status configure(AlertSettings settings);

  // Never blocks on a channel and never throws. Each beginning is to be followed by an end with the same uid.
  void offer(const Alert& alert) noexcept;

  // Sends a test through the channel, apart from what waits, and waits for the outcome, a few time-outs at most. Errors:
  // kNotFound (no such channel, nobody subscribed), and those of ChannelSender::send.
  core::Status test(std::int64_t channel_id);

  // The same with a channel that is not in use, or not yet.
  core::Status test(const Channel& channel);

  std::vector<ChannelStats> stats() const;  // in the order of the settings

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::alerts
