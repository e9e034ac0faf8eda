#include "alerts/webhook.h"

#include <chrono>
#include <format>
#include <utility>

#include "alerts/alert_text.h"
#include "alerts/crypto.h"
#include "alerts/encoding.h"
#include "alerts/http_post.h"

namespace vigil::alerts {

std::string webhook_signature(std::string_view secret, std::int64_t timestamp, std::string_view body) {
  return "sha256=" + to_hex(hmac_sha256(secret, std::format("{}.{}", timestamp, body)));
}

WebhookSender::WebhookSender(WebhookConfig config, SenderOptions options)
    : config_(std::move(config)), options_(std::move(options)) {}

core::Status WebhookSender::send(const Notice& notice, std::stop_token stop) {
  const std::string body = body_of(notice.alert, options_.base_url, options_.test);
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()).time_since_epoch().count();
  auto sent = http_post({.url = config_.url,
                         .headers = {"Content-Type: application/json", std::format("X-Vigil-Timestamp: {}", now),
                                     std::format("X-Vigil-Signature: {}", webhook_signature(config_.secret, now, body))},
                         .body = body,
                         .time_out = options_.time_out,
                         .ca_file = options_.ca_file},
                        std::move(stop));
  if (!sent) return std::unexpected(sent.error().with_context("webhook"));
  return sent;
}

}  // namespace vigil::alerts
