#include <algorithm>
#include <format>

#include "alerts/channels.h"
#include "alerts/field_reader.h"
#include <nlohmann/json.hpp>

namespace vigil::alerts {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongestSecret = 500;
constexpr std::size_t kLongestUrl = 2000;
constexpr int kHighestPort = 65535;

template <typename... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};

const char* const kSecretOfWebhook = "secret";
const char* const kPassword = "password";
const char* const kPrivateKey = "private_key";

// All members; the second of the pair names the secret one.
std::pair<Json, const char*> members_of(const ChannelConfig& config) {
  const auto webhook = [](const WebhookConfig& c) {
    return std::pair(Json{{"url", c.url}, {"secret", c.secret}}, kSecretOfWebhook);
  };
  const auto mqtt = [](const MqttConfig& c) {
    return std::pair(Json{{"host", c.host},
                          {"port", c.port},
                          {"tls", c.tls},
                          {"user", c.user},
                          {"password", c.password},
                          {"prefix", c.prefix},
                          {"discovery_prefix", c.discovery_prefix}},
                     kPassword);
  };
  const auto email = [](const EmailConfig& c) {
    return std::pair(Json{{"url", c.url},
                          {"user", c.user},
                          {"password", c.password},
                          {"from", c.from},
                          {"to", c.to},
                          {"starttls", c.starttls == StartTls::kRequired ? "required" : "try"}},
                     kPassword);
  };
  const auto push = [](const WebPushConfig& c) {
    return std::pair(Json{{"public_key", c.public_key}, {"private_key", c.private_key}, {"subject", c.subject}},
                     kPrivateKey);
  };
  return std::visit(Overloaded{webhook, mqtt, email, push}, config);
}

std::string written(const Channel& channel, bool with_secrets) {
  Json json = {{"id", channel.id}, {"name", channel.name}, {"type", type_of(channel.config)}};
  auto [members, secret] = members_of(channel.config);
  if (!with_secrets) {
    members["has_secret"] = !members.at(secret).get<std::string>().empty();
    members.erase(secret);
  }
  json.update(members);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string read_secret(FieldReader& fields, const std::string& key) {
  fields.flag("has_secret", false);
  return fields.text(key, {.otherwise = "", .longest = kLongestSecret, .secret = true});
}

WebhookConfig read_webhook(FieldReader& fields) {
  return {.url = fields.text("url", {.longest = kLongestUrl}), .secret = read_secret(fields, kSecretOfWebhook)};
}

MqttConfig read_mqtt(FieldReader& fields) {
  MqttConfig config;
  config.host = fields.text("host", {});
  config.tls = fields.flag("tls", config.tls);
  constexpr int kTlsPort = 8883;
  config.port = static_cast<int>(
      fields.integer("port", {.low = 1, .high = kHighestPort, .otherwise = config.tls ? kTlsPort : config.port}));
  config.user = fields.text("user", {.otherwise = ""});
  config.password = read_secret(fields, kPassword);
  config.prefix = fields.text("prefix", {.otherwise = config.prefix});
  config.discovery_prefix = fields.text("discovery_prefix", {.otherwise = config.discovery_prefix});
  return config;
}

EmailConfig read_email(FieldReader& fields) {
  EmailConfig config;
  config.url = fields.text("url", {.longest = kLongestUrl});
  config.user = fields.text("user", {.otherwise = ""});
  config.password = read_secret(fields, kPassword);
  config.from = fields.text("from", {});
  config.to = fields.texts("to");
  const std::string starttls = fields.choice("starttls", {"required", "try"}, "required");
  config.starttls = starttls == "required" ? StartTls::kRequired : StartTls::kTry;
  return config;
}

WebPushConfig read_web_push(FieldReader& fields) {
  return {.public_key = fields.text("public_key", {}),
          .private_key = read_secret(fields, kPrivateKey),
          .subject = fields.text("subject", {})};
}

ChannelConfig read_config(FieldReader& fields, const std::string& type) {
  if (type == "webhook") return read_webhook(fields);
  if (type == "mqtt") return read_mqtt(fields);
  if (type == "email") return read_email(fields);
  return read_web_push(fields);
}

}  // namespace

std::string_view type_of(const ChannelConfig& config) {
  return std::visit(Overloaded{[](const WebhookConfig&) { return "webhook"; }, [](const MqttConfig&) { return "mqtt"; },
                               [](const EmailConfig&) { return "email"; }, [](const WebPushConfig&) { return "web_push"; }},
                    config);
}

std::string to_json(const Channel& channel) { return written(channel, true); }
std::string to_public_json(const Channel& channel) { return written(channel, false); }

core::Result<Channel> channel_from_json(std::string_view json) {
  auto fields = FieldReader::parse(json, "alert channel");
  if (!fields) return std::unexpected(fields.error());
  Channel channel;
  channel.id = fields->integer("id", {.low = 0, .high = INT64_MAX, .otherwise = 0});
  channel.name = fields->text("name", {});
  const std::string type = fields->choice("type", {"webhook", "mqtt", "email", "web_push"}, std::nullopt);
  channel.config = read_config(*fields, type);
  if (auto read = fields->finish(); !read) return std::unexpected(read.error());
  if (auto valid = validate_without_secrets(channel); !valid) return std::unexpected(valid.error());
  return channel;
}

}  // namespace vigil::alerts
