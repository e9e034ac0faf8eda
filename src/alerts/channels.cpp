#include "alerts/channels.h"

#include <algorithm>
#include <format>

#include "alerts/url.h"
#include "alerts/vapid.h"

namespace vigil::alerts {
namespace {

using core::ErrorCode;

constexpr std::size_t kShortestSecret = 16;
constexpr std::size_t kMostRecipients = 50;

std::unexpected<core::Error> wrong(const Channel& channel, std::string_view what) {
  return core::fail(ErrorCode::kInvalidArgument, std::format("alert channel '{}': {}", channel.name, what));
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; });
}

// Not all that RFC 5321 allows, but all that people have, and nothing that could end a line or a list.
bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos && is_printable(text) &&
         text.find_first_of("<>(),;:\\\"[]") == std::string_view::npos;
}

bool is_topic(std::string_view text) {
  return is_printable(text) && text.find_first_of("+#$") == std::string_view::npos && !text.starts_with('/') &&
         !text.ends_with('/');
}

core::Status check(const Channel& channel, const WebhookConfig& config) {
  const auto url = parse_url(config.url);
  if (!url) return wrong(channel, std::format("'url': {}", url.error().message));
  if (url->scheme != "http" && url->scheme != "https") {
    return wrong(channel, std::format("'url' begins with {}://; it must begin with http:// or https://", url->scheme));
  }
  if (url->has_user) {
    return wrong(channel, "'url' holds a user or password; leave them out, the receiver knows us by the signature");
  }
  return {};
}

core::Status check(const Channel& channel, const MqttConfig& config) {
  if (config.host.empty() || !is_printable(config.host) || config.host.contains('/')) {
    return wrong(channel, std::format("'host' is \"{}\"; it must be the name or address of the broker alone, such as "
                                      "\"mqtt.example\"",
                                      config.host));
  }
  if (config.prefix.empty() || !is_topic(config.prefix)) {
    return wrong(channel, std::format("'prefix' is \"{}\"; it must be the beginning of a topic, without spaces, +, #, $ and "
                                      "slashes at its ends",
                                      config.prefix));
  }
  if (!is_topic(config.discovery_prefix)) {
    return wrong(channel, std::format("'discovery_prefix' is \"{}\"; it must be what Home Assistant is set to, usually "
                                      "\"homeassistant\", or empty",
                                      config.discovery_prefix));
  }
  return {};
}

core::Status check(const Channel& channel, const EmailConfig& config) {
  const auto url = parse_url(config.url);
  if (!url) return wrong(channel, std::format("'url': {}", url.error().message));
  if ((url->scheme != "smtp" && url->scheme != "smtps") || url->has_user) {
    return wrong(channel,
                 "'url' must be smtp://host:587 or smtps://host, without user and password: they have members of "
                 "their own");
  }
  if (!is_mail_address(config.from)) {
    return wrong(channel, std::format("'from' is \"{}\"; it must be a mail address such as vigil@example.org", config.from));
  }
  if (config.to.empty() || config.to.size() > kMostRecipients) {
    return wrong(channel, std::format("'to' has {} addresses; it must have 1 to {}", config.to.size(), kMostRecipients));
  }
  for (const std::string& to : config.to) {
    if (!is_mail_address(to)) return wrong(channel, std::format("'to' has \"{}\", which is no mail address", to));
  }
  if (url->scheme == "smtp" && config.starttls == StartTls::kTry && !config.user.empty()) {
    return wrong(channel, "'starttls' is \"try\" beside a user: the password could go out unencrypted; choose \"required\"");
  }
  return {};
}

core::Status check(const Channel& channel, const WebPushConfig& config) {
  if (!config.subject.starts_with("mailto:") && !config.subject.starts_with("https://")) {
    return wrong(channel,
                 std::format("'subject' is \"{}\"; it must be whom to turn to, as mailto:you@example.org or https://…",
                             config.subject));
  }
  return {};
}

core::Status check_secret(const Channel& channel) {
  if (const auto* webhook = std::get_if<WebhookConfig>(&channel.config);
      webhook && webhook->secret.size() < kShortestSecret) {
    return wrong(channel, std::format("'secret' must have at least {} characters; it signs what is sent", kShortestSecret));
  }
  if (const auto* mqtt = std::get_if<MqttConfig>(&channel.config); mqtt && mqtt->user.empty() && !mqtt->password.empty()) {
    return wrong(channel, "'password' is given without 'user'; give both or none");
  }
  if (const auto* email = std::get_if<EmailConfig>(&channel.config);
      email && email->user.empty() != email->password.empty()) {
    return wrong(channel, "'user' and 'password' go together; give both or none");
  }
  if (const auto* push = std::get_if<WebPushConfig>(&channel.config)) {
    if (auto keys = check_vapid_keys({.public_key = push->public_key, .private_key = push->private_key}); !keys) {
      return wrong(channel, keys.error().message);
    }
  }
  return {};
}

std::string* secret_of(ChannelConfig& config) {
  if (auto* webhook = std::get_if<WebhookConfig>(&config)) return &webhook->secret;
  if (auto* mqtt = std::get_if<MqttConfig>(&config)) return &mqtt->password;
  if (auto* email = std::get_if<EmailConfig>(&config)) return &email->password;
  return &std::get<WebPushConfig>(config).private_key;
}

// Whether a secret of `old` means the same to `changed`.
bool keeps_secret(const ChannelConfig& changed, const ChannelConfig& old) {
  if (changed.index() != old.index()) return false;
  if (const auto* mqtt = std::get_if<MqttConfig>(&changed)) {
    const auto& before = std::get<MqttConfig>(old);
    return mqtt->host == before.host && mqtt->port == before.port && mqtt->user == before.user && mqtt->tls >= before.tls;
  }
  if (const auto* email = std::get_if<EmailConfig>(&changed)) {
    const auto& before = std::get<EmailConfig>(old);
    return email->url == before.url && email->user == before.user;
  }
  if (const auto* push = std::get_if<WebPushConfig>(&changed)) {
    return push->public_key == std::get<WebPushConfig>(old).public_key;
  }
  return true;
}

}  // namespace

core::Status validate_without_secrets(const Channel& channel) {
  if (channel.name.empty()) {
    return core::fail(ErrorCode::kInvalidArgument, "alert channel: 'name' is empty; give the channel a name");
  }
  return std::visit([&](const auto& config) { return check(channel, config); }, channel.config);
}

core::Status validate(const Channel& channel) {
  if (auto valid = validate_without_secrets(channel); !valid) return valid;
  return check_secret(channel);
}

Channel with_secrets_of(Channel changed, const Channel& old) {
  if (!keeps_secret(changed.config, old.config)) return changed;
  ChannelConfig before = old.config;
  std::string& secret = *secret_of(changed.config);
  if (secret.empty()) secret = *secret_of(before);
  return changed;
}

}  // namespace vigil::alerts
