// Channel: where alerts go, as it is set up, stored and shown.
//
//   auto channel = channel_from_json(R"({"name": "Pager", "type": "webhook", "url": "https://pager.example/in"})");
//   Channel changed = with_secrets_of(*channel, stored);   // a secret that was left out stays
//   if (auto valid = validate(changed); !valid) return std::unexpected(valid.error());
//   show(to_public_json(changed));                         // without secrets
//
// Plain values, any thread. JSON is read strictly; docs/alerts.md lists the members of each type.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/result.h"

namespace vigil::alerts {

struct WebhookConfig {
  std::string url = {};     // http or https, without user and password
  std::string secret = {};  // what bodies are signed with; at least 16 characters

  bool operator==(const WebhookConfig&) const = default;
};

struct MqttConfig {
  std::string host = {};
  int port = 1883;
  bool tls = false;
  std::string user = {};  // empty: none
  std::string password = {};
  std::string prefix = "vigil";                    // of topics
  std::string discovery_prefix = "homeassistant";  // empty: no discovery messages

  bool operator==(const MqttConfig&) const = default;
};

enum class StartTls { kRequired, kTry };

struct EmailConfig {
  std::string url = {};   // "smtp://host:587" or "smtps://host"
  std::string user = {};  // empty: none
  std::string password = {};
  std::string from = {};
  std::vector<std::string> to = {};
  StartTls starttls = StartTls::kRequired;  // of smtp://; kTry sends unencrypted where the server can do no better, and so
                                            // goes without a password

  bool operator==(const EmailConfig&) const = default;
};

// To the browsers that people subscribed with.
struct WebPushConfig {
  std::string public_key = {};  // VAPID (RFC 8292), base64url, as make_vapid_keys() gives them
  std::string private_key = {};
  std::string subject = {};  // "mailto:…" or "https://…": whom a push service turns to

  bool operator==(const WebPushConfig&) const = default;
};

using ChannelConfig = std::variant<WebhookConfig, MqttConfig, EmailConfig, WebPushConfig>;

struct Channel {
  std::int64_t id = 0;
  std::string name = {};
  ChannelConfig config = {};

  bool operator==(const Channel&) const = default;
};

std::string_view type_of(const ChannelConfig& config);  // "webhook", "mqtt", "email", "web_push"

// With secrets: for a sealed place only.
std::string to_json(const Channel& channel);

// For clients: without secrets, and with "has_secret", which channel_from_json() passes over.
std::string to_public_json(const Channel& channel);

// A secret may be missing; everything else is as validate() wants it. Errors: kInvalidArgument.
core::Result<Channel> channel_from_json(std::string_view json);

// `changed` with the secrets of `old` where it has none, if the type is the same. A password stays only while it goes to the
// same server under the same name: whoever may change the address cannot have it sent elsewhere.
Channel with_secrets_of(Channel changed, const Channel& old);

// Whether alerts can be sent with it. Errors: kInvalidArgument.
core::Status validate(const Channel& channel);
core::Status validate_without_secrets(const Channel& channel);

}  // namespace vigil::alerts
