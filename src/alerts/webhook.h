// WebhookSender: alerts as signed JSON to an address of the user's choosing, which may well be in the local network.
//
// The signature is an HMAC-SHA-256 of "TIMESTAMP.BODY" under the channel's secret, in X-Vigil-Signature beside
// X-Vigil-Timestamp: a receiver that checks both believes neither strangers nor repetitions (docs/alerts.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "alerts/channel_sender.h"

namespace vigil::alerts {

// "sha256=" and 64 hexadecimal digits. `timestamp`: seconds since 1970.
std::string webhook_signature(std::string_view secret, std::int64_t timestamp, std::string_view body);

class WebhookSender : public ChannelSender {
 public:
  WebhookSender(WebhookConfig config, SenderOptions options);

  core::Status send(const Notice& notice, std::stop_token stop) override;

 private:
  const WebhookConfig config_;
  const SenderOptions options_;
};

}  // namespace vigil::alerts
