#include "alerts/web_push.h"

#include <chrono>
#include <format>
#include <optional>
#include <utility>

#include "alerts/addresses.h"
#include "alerts/alert_text.h"
#include "alerts/encoding.h"
#include "alerts/http_post.h"
#include "alerts/push_message.h"
#include "alerts/url.h"
#include "alerts/vapid.h"
#include <nlohmann/json.hpp>

namespace vigil::alerts {
namespace {

using Json = nlohmann::ordered_json;
using core::ErrorCode;
using core::fail;

constexpr std::size_t kLongestText = 400;  // bytes of each text: together they stay below kLongestPush, quoted or not
constexpr int kKeptFor = 3600;             // seconds that the service keeps it for a browser that is away

std::string message_of(const Alert& alert, bool test) {
  const Json message = {{"type", test ? "test" : "event"},
                        {"title", shortened(title_of(alert), kLongestText)},
                        {"body", shortened(sentence_of(alert), kLongestText)},
                        {"url", shortened(one_line(alert.link), kLongestText)},
                        {"tag", shortened(one_line(alert.uid), kLongestText)},
                        {"time", time_of(alert)}};
  return message.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool looks_like_address(const std::string& host) {
  return host.starts_with('[') || host.find_first_not_of("0123456789.") == std::string::npos;
}

std::string without_brackets(const std::string& host) {
  return host.starts_with('[') && host.ends_with(']') ? host.substr(1, host.size() - 2) : host;
}

core::Status check_keys(const PushSubscription& subscription) {
  auto encrypted = encrypt_push("", {.p256dh = subscription.p256dh, .auth = subscription.auth}, fresh_push_seed());
  if (!encrypted) return std::unexpected(encrypted.error());
  return {};
}

}  // namespace

core::Status check_subscription(const PushSubscription& subscription) {
  const auto url = parse_url(subscription.endpoint);
  if (!url) return std::unexpected(url.error().with_context("'endpoint' of the subscription"));
  const bool is_private = looks_like_address(url->host) ? !is_public_address(without_brackets(url->host))
                                                        : !url->host.contains('.') || url->host.ends_with(".local") ||
                                                              url->host.ends_with(".localhost");
  if (url->scheme != "https" || url->has_user || is_private) {
    return fail(
        ErrorCode::kInvalidArgument,
        std::format("'endpoint' of the subscription leads to {}; it must be the https address of a push service in the "
                    "internet",
                    url->origin()));
  }
  return check_keys(subscription);
}

WebPushSender::WebPushSender(WebPushConfig config, SenderOptions options)
    : config_(std::move(config)), options_(std::move(options)) {}

core::Status WebPushSender::send_to(const PushSubscription& subscription, const std::string& text,
                                    const std::stop_token& stop) {
  if (!options_.push.any_endpoint) {
    if (auto valid = check_subscription(subscription); !valid) return valid;
  }
  const auto url = parse_url(subscription.endpoint);
  if (!url) return std::unexpected(url.error());
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  const auto authorization = vapid_authorization(
      url->origin(), config_.subject, {.public_key = config_.public_key, .private_key = config_.private_key}, now);
  if (!authorization) return std::unexpected(authorization.error());
  auto body = encrypt_push(text, {.p256dh = subscription.p256dh, .auth = subscription.auth}, fresh_push_seed());
  if (!body) return std::unexpected(body.error());
  return http_post({.url = subscription.endpoint,
                    .headers = {std::format("Authorization: {}", *authorization), std::format("TTL: {}", kKeptFor),
                                "Urgency: high", "Content-Encoding: aes128gcm", "Content-Type: application/octet-stream"},
                    .body = std::move(*body),
                    .time_out = options_.time_out,
                    .ca_file = options_.ca_file,
                    .only_public = !options_.push.any_endpoint},
                   stop);
}

core::Status WebPushSender::send(const Notice& notice, std::stop_token stop) {
  if (notice.number != number_) done_.clear();
  number_ = notice.number;
  const auto subscriptions =
      options_.push.subscriptions ? options_.push.subscriptions(notice.alert) : std::vector<PushSubscription>{};
  const std::string text = message_of(notice.alert, options_.test);
  std::optional<core::Error> failed;
  std::size_t reached = 0;
  for (const PushSubscription& subscription : subscriptions) {
    if (done_.contains(subscription.endpoint)) continue;
    auto sent = send_to(subscription, text, stop);
    if (stop.stop_requested()) return fail(ErrorCode::kCancelled, "web push: interrupted");
    if (sent) ++reached;
    if (!sent && sent.error().code == ErrorCode::kNotFound) {
      if (options_.push.on_gone) options_.push.on_gone(subscription.endpoint);
    } else if (!sent && (!failed || may_pass(sent.error()))) {
      failed = sent.error();
    }
    if (sent || !may_pass(sent.error())) done_.insert(subscription.endpoint);
  }
  if (failed) return std::unexpected(failed->with_context("web push"));
  if (options_.test && reached == 0) {
    return fail(ErrorCode::kNotFound, "web push: no browser is subscribed; allow notifications in one and subscribe it");
  }
  return {};
}

}  // namespace vigil::alerts
