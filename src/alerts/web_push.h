// WebPushSender: alerts to all browsers that subscribed (RFC 8030), encrypted for each.
//
// Browsers that got an alert do not get it again when it is tried again for the others. Ones that their push service no
// longer knows are handed to on_gone. Without subscriptions an alert is done with, and only a test says so.
#pragma once

#include <set>
#include <string>

#include "alerts/channel_sender.h"

namespace vigil::alerts {

class WebPushSender : public ChannelSender {
 public:
  WebPushSender(WebPushConfig config, SenderOptions options);

  core::Status send(const Notice& notice, std::stop_token stop) override;

 private:
  core::Status send_to(const PushSubscription& subscription, const std::string& text, const std::stop_token& stop);

  const WebPushConfig config_;
  const SenderOptions options_;
  std::uint64_t number_ = 0;    // of the notice that is being sent
  std::set<std::string> done_;  // endpoints that need it no more
};

}  // namespace vigil::alerts
