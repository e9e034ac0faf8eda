#include "alerts/channels.h"

#include "alerts/vapid.h"
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace vigil::alerts {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kSecret = "do-not-show-me-to-anybody";

std::vector<Channel> one_of_each() {
  const VapidKeys keys = make_vapid_keys();
  return {{.id = 1, .name = "Hook", .config = WebhookConfig{.url = "https://pager.example/in", .secret = kSecret}},
          {.id = 2,
           .name = "Home",
           .config = MqttConfig{.host = "broker.lan", .port = 8883, .tls = true, .user = "vigil", .password = kSecret}},
          {.id = 3,
           .name = "Mail",
           .config = EmailConfig{.url = "smtp://mail.example:587",
                                 .user = "vigil",
                                 .password = kSecret,
                                 .from = "vigil@mail.example",
                                 .to = {"a@mail.example", "b@mail.example"}}},
          {.id = 4,
           .name = "Browsers",
           .config = WebPushConfig{
               .public_key = keys.public_key, .private_key = keys.private_key, .subject = "mailto:a@mail.example"}}};
}

std::string refusal(const json& channel) {
  const auto read = channel_from_json(channel.dump());
  if (read) return "accepted";
  EXPECT_EQ(read.error().code, core::ErrorCode::kInvalidArgument);
  EXPECT_THAT(read.error().message, Not(HasSubstr(kSecret)));
  return read.error().message;
}

json webhook(const json& changes) {
  json channel = {{"name", "Hook"}, {"type", "webhook"}, {"url", "https://pager.example/in"}, {"secret", kSecret}};
  channel.update(changes);
  return channel;
}
json mail(const json& changes) {
  json channel = {{"name", "Mail"},
                  {"type", "email"},
                  {"url", "smtp://m.example:587"},
                  {"from", "a@b.example"},
                  {"to", {"c@d.example"}}};
  channel.update(changes);
  return channel;
}
json mqtt(const json& changes) {
  json channel = {{"name", "Home"}, {"type", "mqtt"}, {"host", "broker.lan"}};
  channel.update(changes);
  return channel;
}

TEST(Channels, survive_json) {
  for (const Channel& channel : one_of_each()) {
    EXPECT_TRUE(validate(channel)) << validate(channel).error().message;
    EXPECT_EQ(channel_from_json(to_json(channel)), channel);
  }
}

TEST(Channels, public_json_has_no_secret_and_can_be_sent_back) {
  for (const Channel& channel : one_of_each()) {
    const std::string shown = to_public_json(channel);
    EXPECT_THAT(shown, Not(HasSubstr(kSecret)));
    EXPECT_THAT(shown, Not(HasSubstr("private_key")));
    EXPECT_EQ(json::parse(shown).at("has_secret"), true);
    const auto returned = channel_from_json(shown);
    ASSERT_TRUE(returned) << returned.error().message;
    EXPECT_NE(*returned, channel);
    EXPECT_EQ(with_secrets_of(*returned, channel), channel);
  }
}

TEST(Channels, a_new_secret_replaces_the_old_one) {
  const Channel old = one_of_each()[0];
  Channel changed = old;
  std::get<WebhookConfig>(changed.config).secret = "another-secret-of-ours";
  EXPECT_EQ(with_secrets_of(changed, old), changed);
}

TEST(Channels, a_password_does_not_follow_to_another_server) {
  const auto kept = [](Channel changed, const Channel& old) { return with_secrets_of(std::move(changed), old) == old; };
  for (const Channel& old : {one_of_each()[1], one_of_each()[2]}) {
    Channel changed = *channel_from_json(to_public_json(old));
    EXPECT_TRUE(kept(changed, old));
    if (auto* config = std::get_if<MqttConfig>(&changed.config)) config->host = "elsewhere.example";
    if (auto* config = std::get_if<EmailConfig>(&changed.config)) config->url = "smtp://elsewhere.example:587";
    EXPECT_THAT(to_json(with_secrets_of(changed, old)), Not(HasSubstr(kSecret)));
  }
  Channel plain = *channel_from_json(to_public_json(one_of_each()[1]));
  std::get<MqttConfig>(plain.config).tls = false;
  EXPECT_THAT(to_json(with_secrets_of(plain, one_of_each()[1])), Not(HasSubstr(kSecret))) << "nor into the open";
  EXPECT_THAT(to_json(with_secrets_of(one_of_each()[3], one_of_each()[0])), Not(HasSubstr(kSecret)))
      << "nor to another type";
}

TEST(Channels, defaults_are_those_of_the_trade) {
  const auto plain = channel_from_json(mqtt(json::object()).dump());
  EXPECT_EQ(std::get<MqttConfig>(plain->config), MqttConfig{.host = "broker.lan"});
  const auto encrypted = channel_from_json(mqtt({{"tls", true}}).dump());
  EXPECT_EQ(std::get<MqttConfig>(encrypted->config).port, 8883);
  EXPECT_EQ(std::get<EmailConfig>(channel_from_json(mail(json::object()).dump())->config).starttls, StartTls::kRequired);
}

TEST(Channels, what_cannot_be_is_refused_with_a_remedy) {
  EXPECT_EQ(refusal(webhook({{"colour", "red"}})), "alert channel: 'colour' is not known; leave it out");
  EXPECT_THAT(refusal(webhook({{"type", "pigeon"}})), HasSubstr("must be one of \"webhook\", \"mqtt\""));
  EXPECT_THAT(refusal(webhook({{"secret", 7}})), HasSubstr("'secret' must be a text"));
  EXPECT_THAT(refusal(webhook({{"url", "ftp://pager.example"}})), HasSubstr("must begin with http:// or https://"));
  EXPECT_THAT(refusal(webhook({{"url", "file:///etc/passwd"}})), HasSubstr("must begin with http:// or https://"));
  EXPECT_THAT(refusal(webhook({{"url", "no address"}})), HasSubstr("must look like https://host/path"));
  EXPECT_THAT(refusal(webhook({{"url", std::string("https://a:") + kSecret + "@pager.example"}})),
              HasSubstr("leave them out"));
  EXPECT_THAT(refusal(webhook({{"name", ""}})), HasSubstr("'name' is empty"));
  EXPECT_THAT(refusal(mqtt({{"port", 0}})), HasSubstr("'port' is 0; it must be a whole number from 1 to 65535"));
  EXPECT_THAT(refusal(mqtt({{"port", "1883"}})), HasSubstr("'port' is \"1883\""));
  EXPECT_THAT(refusal(mqtt({{"host", "mqtt://broker.lan"}})), HasSubstr("name or address of the broker alone"));
  EXPECT_THAT(refusal(mqtt({{"prefix", "a/#"}})), HasSubstr("'prefix' is \"a/#\""));
  EXPECT_THAT(refusal(mqtt({{"prefix", ""}})), HasSubstr("beginning of a topic"));
  EXPECT_THAT(refusal(mail({{"from", "a@b\r\nBcc: x"}})), HasSubstr("holds a line end"));
  EXPECT_THAT(refusal(mail({{"to", json::array()}})), HasSubstr("'to' has 0 addresses; it must have 1 to 50"));
  EXPECT_THAT(refusal(mail({{"to", {"x@y\r\nBcc: z@y"}}})), HasSubstr("which is no mail address"));
  EXPECT_THAT(refusal(mail({{"to", {"x@y,z@y"}}})), HasSubstr("which is no mail address"));
  EXPECT_THAT(refusal(mail({{"url", "http://m.example"}})), HasSubstr("must be smtp://host:587 or smtps://host"));
  EXPECT_THAT(refusal(mail({{"starttls", "try"}, {"user", "u"}, {"password", kSecret}})), HasSubstr("choose \"required\""));
  EXPECT_THAT(refusal({{"name", "B"}, {"type", "web_push"}, {"public_key", "x"}, {"subject", "me"}}), HasSubstr("mailto:"));
}

TEST(Channels, are_usable_only_with_their_secrets) {
  const auto wrong = [](const json& channel) { return validate(*channel_from_json(channel.dump())).error().message; };
  EXPECT_THAT(wrong(webhook({{"secret", "short"}})), HasSubstr("at least 16 characters"));
  EXPECT_THAT(wrong(mail({{"user", "u"}})), HasSubstr("'user' and 'password' go together"));
  Channel push = one_of_each()[3];
  std::get<WebPushConfig>(push.config).private_key = make_vapid_keys().private_key;
  EXPECT_THAT(validate(push).error().message, HasSubstr("not a pair"));
}

}  // namespace
}  // namespace vigil::alerts
