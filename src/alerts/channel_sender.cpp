#include "alerts/channel_sender.h"

#include "alerts/email.h"
#include "alerts/mqtt.h"
#include "alerts/web_push.h"
#include "alerts/webhook.h"

namespace vigil::alerts {
namespace {

struct Maker {
  const SenderOptions& options;

  std::unique_ptr<ChannelSender> operator()(const WebhookConfig& config) const {
    return std::make_unique<WebhookSender>(config, options);
  }
  std::unique_ptr<ChannelSender> operator()(const MqttConfig& config) const {
    return std::make_unique<MqttSender>(config, options);
  }
  std::unique_ptr<ChannelSender> operator()(const EmailConfig& config) const {
    return std::make_unique<EmailSender>(config, options);
  }
  std::unique_ptr<ChannelSender> operator()(const WebPushConfig& config) const {
    return std::make_unique<WebPushSender>(config, options);
  }
};

}  // namespace

std::unique_ptr<ChannelSender> make_sender(const Channel& channel, const SenderOptions& options) {
  return std::visit(Maker{options}, channel.config);
}

bool may_pass(const core::Error& error) {
  return error.code == core::ErrorCode::kTimedOut || error.code == core::ErrorCode::kIo;
}

}  // namespace vigil::alerts
