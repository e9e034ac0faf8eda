#include "alerts/alert_sender.h"

#include <algorithm>
#include <atomic>
#include <mutex>

#include "alerts/vapid.h"
#include "push_receiver.h"
#include "servers.h"
#include "subscriber.h"
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "core/log.h"
#include "support/eventually.h"

namespace vigil::alerts {
namespace {

using test::eventually;

using core::ErrorCode;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

constexpr const char* kSecret = "a secret of the channel";

Alert begun(const std::string& uid) {
  return {.uid = uid, .kind = "violence", .camera_id = 3, .camera = "Yard", .score = 0.9};
}

Channel webhook(std::int64_t id, const std::string& url) {
  return {.id = id, .name = "Hook", .config = WebhookConfig{.url = url, .secret = kSecret}};
}

AlertRule rule_of(std::vector<std::int64_t> channels) {
  return {.id = 1, .name = "All", .cool_down = 0s, .channels = std::move(channels)};
}

AlertsOptions fast() { return {.retry = {.tries = 3, .first_pause = 1ms, .factor = 1}}; }

TEST(Alerts, tells_every_channel_of_a_rule) {
  const WebhookServer web;
  const MailServer mail;
  const Broker broker;
  const Subscriber subscriber(broker.port());
  const Browser browser;
  const VapidKeys keys = make_vapid_keys();
  AlertsOptions options = fast();
  options.push = {.subscriptions = [&](const Alert&) { return std::vector{browser.subscribe(web.url("push"))}; },
                  .any_endpoint = true};
  Alerts alerts(options);
  const auto configured = alerts.configure(
      {.rules = {rule_of({1, 2, 3, 4})},
       .channels = {webhook(1, web.url("in")),
                    {.id = 2, .name = "Home", .config = MqttConfig{.host = "127.0.0.1", .port = broker.port()}},
                    {.id = 3,
                     .name = "Mail",
                     .config =
                         EmailConfig{
                             .url = mail.url(), .from = "v@b.example", .to = {"a@b.example"}, .starttls = StartTls::kTry}},
                    {.id = 4,
                     .name = "Browsers",
                     .config = WebPushConfig{.public_key = keys.public_key,
                                             .private_key = keys.private_key,
                                             .subject = "mailto:a@b.example"}}},
       .cameras = {{.id = 3, .name = "Yard"}},
       .base_url = "https://vigil.example"});
  ASSERT_TRUE(configured) << configured.error().message;
  alerts.offer(begun("a"));
  ASSERT_TRUE(eventually([&] {
    const auto stats = alerts.stats();
    return std::ranges::all_of(stats, [](const ChannelStats& channel) { return channel.sent == 1; });
  }));
  EXPECT_EQ(web.count("in"), 1U);
  EXPECT_EQ(web.count("push"), 1U);
  EXPECT_EQ(mail.mails().size(), 1U);
  EXPECT_TRUE(eventually([&] { return !subscriber.heard("vigil/yard-3/event").empty(); }));
  EXPECT_TRUE(eventually([&] { return subscriber.last("vigil/yard-3/violence") == "ON"; }));
  Alert over = begun("a");
  over.state = AlertState::kEnded;
  alerts.offer(over);
  EXPECT_TRUE(eventually([&] { return subscriber.last("vigil/yard-3/violence") == "OFF"; })) << "though ends are not told";
}

TEST(Alerts, a_channel_that_hangs_holds_up_neither_the_line_nor_another_channel) {
  const WebhookServer server;
  AlertsOptions options = fast();
  options.queue_capacity = 2;
  options.time_out = 10min;
  Alerts alerts(options);
  ASSERT_TRUE(alerts.configure(
      {.rules = {rule_of({1, 2})}, .channels = {webhook(1, server.url("hang/x")), webhook(2, server.url("in"))}}));
  alerts.offer(begun("first"));
  ASSERT_TRUE(eventually([&] { return server.count("hang/x") == 1; }));
  for (std::size_t told = 1; told <= 10; ++told) {
    ASSERT_TRUE(eventually([&] { return alerts.stats()[1].sent == told; }));
    alerts.offer(begun(std::to_string(told)));
  }
  const ChannelStats hanging = alerts.stats()[0];
  EXPECT_EQ(hanging.sent, 0U);
  EXPECT_EQ(hanging.waiting, 2U);
  EXPECT_EQ(hanging.dropped, 8U);
}

TEST(Alerts, tries_again_until_it_gets_through) {
  const WebhookServer server;
  Alerts alerts(fast());
  ASSERT_TRUE(alerts.configure({.rules = {rule_of({1})}, .channels = {webhook(1, server.url("fail/2/x"))}}));
  alerts.offer(begun("a"));
  ASSERT_TRUE(eventually([&] { return alerts.stats()[0].sent == 1; }));
  EXPECT_EQ(alerts.stats()[0].retried, 2U);
  EXPECT_EQ(server.count("fail/2/x"), 3U);
}

TEST(Alerts, what_a_cool_down_kept_back_is_said_with_the_next) {
  const WebhookServer server;
  std::atomic<AlertTime> now = AlertTime();
  AlertsOptions options = fast();
  options.clock = [&] { return now.load(); };
  Alerts alerts(options);
  AlertRule rule = rule_of({1});
  rule.cool_down = 60s;
  ASSERT_TRUE(alerts.configure({.rules = {rule}, .channels = {webhook(1, server.url("in"))}}));
  for (const char* uid : {"a", "b", "c"}) alerts.offer(begun(uid));
  now = AlertTime(60s);
  alerts.offer(begun("d"));
  ASSERT_TRUE(eventually([&] { return alerts.stats()[0].sent == 2; }));
  const json second = json::parse(server.requests()[1].body);
  EXPECT_EQ(second.at("event").at("uid"), "d");
  EXPECT_EQ(second.at("more"), 2);
}

TEST(Alerts, settings_change_while_it_runs) {
  const WebhookServer server;
  Alerts alerts(fast());
  alerts.offer(begun("nobody hears"));
  const Channel kept = webhook(1, server.url("kept"));
  ASSERT_TRUE(alerts.configure({.rules = {rule_of({1})}, .channels = {kept}}));
  alerts.offer(begun("a"));
  ASSERT_TRUE(eventually([&] { return alerts.stats()[0].sent == 1; }));
  ASSERT_TRUE(alerts.configure({.rules = {rule_of({1, 2})}, .channels = {kept, webhook(2, server.url("new"))}}));
  EXPECT_EQ(alerts.stats()[0].sent, 1U) << "a channel that stays keeps its figures";
  alerts.offer(begun("b"));
  ASSERT_TRUE(eventually([&] { return alerts.stats()[0].sent == 2 && alerts.stats()[1].sent == 1; }));
  ASSERT_TRUE(alerts.configure({}));
  EXPECT_TRUE(alerts.stats().empty());
  alerts.offer(begun("c"));
  EXPECT_EQ(server.count("kept"), 2U);
}

TEST(Alerts, settings_that_cannot_be_change_nothing) {
  Alerts alerts(fast());
  const Channel good = webhook(1, "https://pager.example/in");
  ASSERT_TRUE(alerts.configure({.rules = {rule_of({1})}, .channels = {good}}));
  const auto refusal = [&](const AlertSettings& settings) { return alerts.configure(settings).error().message; };
  EXPECT_THAT(refusal({.channels = {good, good}}), HasSubstr("two alert channels have the id 1"));
  EXPECT_THAT(refusal({.rules = {rule_of({5})}, .channels = {good}}), HasSubstr("names channel 5, which does not exist"));
  EXPECT_THAT(refusal({.rules = {rule_of({}), rule_of({})}}), HasSubstr("two alert rules have the id 1"));
  EXPECT_THAT(refusal({.channels = {webhook(2, "ftp://x.example")}}), HasSubstr("must begin with http://"));
  EXPECT_EQ(alerts.stats().size(), 1U);
}

TEST(Alerts, a_test_says_at_once_how_it_went) {
  const WebhookServer server;
  Alerts alerts(fast());
  ASSERT_TRUE(alerts.configure({.channels = {webhook(1, server.url("in")), webhook(2, server.url("status/401/x"))}}));
  EXPECT_TRUE(alerts.test(1));
  EXPECT_EQ(json::parse(server.requests()[0].body).at("type"), "test");
  EXPECT_THAT(alerts.test(2).error().message, HasSubstr("answered 401"));
  EXPECT_EQ(server.count("status/401/x"), 1U) << "one try";
  EXPECT_EQ(alerts.test(3).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(alerts.test(webhook(0, server.url("not-saved-yet"))));
  EXPECT_EQ(alerts.test(Channel{.name = "x", .config = WebhookConfig{}}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(alerts.stats()[0].sent, 0U) << "a test is no alert";
}

TEST(Alerts, a_test_does_not_wait_behind_a_channel_that_hangs) {
  const WebhookServer server;
  AlertsOptions options = fast();
  options.time_out = 10min;
  Alerts alerts(options);
  ASSERT_TRUE(alerts.configure({.rules = {rule_of({1})}, .channels = {webhook(1, server.url("hang/x"))}}));
  alerts.offer(begun("a"));
  ASSERT_TRUE(eventually([&] { return server.count("hang/x") == 1; }));
  EXPECT_TRUE(alerts.test(webhook(1, server.url("in"))));
}

TEST(Alerts, no_secret_reaches_errors_or_the_log) {
  const WebhookServer server;
  const Broker broker("vigil", "password-of-the-broker");
  std::mutex mutex;
  std::string log;
  const core::LogSink before = core::set_log_sink([&](core::LogLevel, std::string_view line) {
    const std::scoped_lock lock(mutex);
    log += std::string(line) + '\n';
  });
  std::string errors;
  {
    Alerts alerts(fast());
    ASSERT_TRUE(alerts.configure(
        {.rules = {rule_of({1, 2})},
         .channels = {
             webhook(1, server.url("status/403/token-in-the-path?key=token-in-the-path")),
             {.id = 2,
              .name = "Home",
              .config = MqttConfig{
                  .host = "127.0.0.1", .port = broker.port(), .user = "vigil", .password = "password-of-another"}}}}));
    alerts.offer(begun("a"));
    ASSERT_TRUE(eventually([&] { return alerts.stats()[0].failed == 1 && alerts.stats()[1].failed == 1; }));
    for (const ChannelStats& stats : alerts.stats()) errors += stats.last_error + '\n';
  }
  core::set_log_sink(before);
  EXPECT_THAT(log, HasSubstr("alert channel 'Hook': event a could not be told"));
  EXPECT_THAT(errors, HasSubstr("answered 403"));
  for (const char* secret : {"password-of-another", "token-in-the-path", kSecret}) {
    EXPECT_THAT(log + errors, Not(HasSubstr(secret)));
  }
}

TEST(Alerts, may_be_used_from_many_threads_at_once) {
  const WebhookServer server;
  Alerts alerts(fast());
  const AlertSettings settings{.rules = {rule_of({1})}, .channels = {webhook(1, server.url("in"))}};
  ASSERT_TRUE(alerts.configure(settings));
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int j = 0; j < 20; ++j) alerts.offer(begun(std::format("{}-{}", i, j)));
    });
  }
  threads.emplace_back([&] {
    for (int j = 0; j < 5; ++j) {
      EXPECT_TRUE(alerts.configure(settings));
      EXPECT_EQ(alerts.stats().size(), 1U);
    }
  });
  threads.clear();
  EXPECT_TRUE(eventually([&] {
    const ChannelStats stats = alerts.stats()[0];
    return stats.sent + stats.dropped == 80;
  }));
}

}  // namespace
}  // namespace vigil::alerts
