// ChannelSender: what sends alerts through one channel. Each kind of channel is one; ChannelWorker drives it.
//
//   auto sender = make_sender(channel, {.base_url = "https://vigil.example"});
//   auto sent = sender->send({.alert = alert, .number = 1}, stop);
//   if (!sent && may_pass(sent.error())) again();
//
// send() is called from one thread at a time and blocks, but not beyond a few time-outs; a stop request ends it within a
// second. note() and set_cameras() may come from any thread meanwhile and block on nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "alerts/alert.h"
#include "alerts/channels.h"
#include "alerts/push_subscription.h"

#include "core/result.h"

namespace vigil::alerts {

struct Notice {
  Alert alert = {};
  std::uint64_t number = 0;  // the same at each try of one alert, of no other
};

struct SenderOptions {
  std::string base_url = {};                                      // where people reach this program; empty: unknown
  std::chrono::milliseconds time_out = std::chrono::seconds(10);  // of a request; less loses alerts to slow servers
  std::filesystem::path ca_file = {};                             // certificate authorities; empty: the machine's
  PushOptions push = {};
  bool test = false;  // a person tries the channel: it says so in what it sends, and leaves nothing behind
};

class ChannelSender {
 public:
  ChannelSender() = default;
  virtual ~ChannelSender() = default;
  ChannelSender(const ChannelSender&) = delete;
  ChannelSender& operator=(const ChannelSender&) = delete;

  // Messages name the server but no secret. Errors: kTimedOut and kIo, which another try may mend; kCancelled; all others.
  virtual core::Status send(const Notice& notice, std::stop_token stop) = 0;

  // Of every event that a rule of this channel is about, also where it is not told: what a state that is shown goes by.
  virtual void note(const Alert&) {}
  virtual void set_cameras(const std::vector<CameraName>&) {}
};

// Requires a valid channel.
std::unique_ptr<ChannelSender> make_sender(const Channel& channel, const SenderOptions& options);

// Whether the same alert may get through later.
bool may_pass(const core::Error& error);

}  // namespace vigil::alerts
