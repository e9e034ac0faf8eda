#include "alerts/web_push.h"

#include <mutex>

#include "alerts/encoding.h"
#include "alerts/vapid.h"
#include "push_receiver.h"
#include "servers.h"
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace vigil::alerts {
namespace {

using core::ErrorCode;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class WebPushTest : public testing::Test {
 protected:
  SenderOptions options(bool any_endpoint = true) {
    return {.push = {.subscriptions =
                         [this](const Alert& alert) {
                           asked_.emplace_back(alert.camera_id, alert.upload);
                           return subscriptions_;
                         },
                     .on_gone = [this](const std::string& endpoint) { gone_.push_back(endpoint); },
                     .any_endpoint = any_endpoint}};
  }
  WebPushConfig config() const {
    return {.public_key = keys_.public_key, .private_key = keys_.private_key, .subject = "mailto:a@b.example"};
  }
  static Notice notice(std::uint64_t number) {
    return {.alert = {.uid = "u1", .kind = "violence", .camera_id = 3, .camera = "Yard", .link = "/events/17"},
            .number = number};
  }
  void subscribe(const Browser& browser, const std::string& path) {
    subscriptions_.push_back(browser.subscribe(server_.url(path)));
  }

  WebhookServer server_;
  VapidKeys keys_ = make_vapid_keys();
  std::vector<PushSubscription> subscriptions_;
  std::vector<std::string> gone_;
  std::vector<std::pair<std::int64_t, bool>> asked_;  // of which camera, and whether of an upload
};

TEST_F(WebPushTest, each_browser_can_read_its_own_message) {
  const Browser first;
  const Browser second;
  subscribe(first, "first");
  subscribe(second, "second");
  const auto sent = WebPushSender(config(), options()).send(notice(1), {});
  ASSERT_TRUE(sent) << sent.error().message;
  const auto requests = server_.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].headers.at("content-encoding"), "aes128gcm");
  EXPECT_EQ(requests[0].headers.at("urgency"), "high");
  EXPECT_EQ(requests[0].headers.at("ttl"), "3600");
  const json message = json::parse(first.decrypt(requests[0].body));
  EXPECT_EQ(message.at("title"), "Violence at Yard");
  EXPECT_EQ(message.at("url"), "/events/17");
  EXPECT_NE(second.decrypt(requests[1].body), "");
  EXPECT_EQ(second.decrypt(requests[0].body), "");
}

TEST_F(WebPushTest, asks_who_may_know_by_camera_and_upload) {
  WebPushSender sender(config(), options());
  ASSERT_TRUE(sender.send(notice(1), {}));
  ASSERT_TRUE(sender.send({.alert = {.uid = "u2", .kind = "violence", .upload = true}, .number = 2}, {}));
  EXPECT_THAT(asked_, ElementsAre(std::pair(3, false), std::pair(0, true)));
}

TEST_F(WebPushTest, says_who_sends) {
  subscribe(Browser(), "in");
  ASSERT_TRUE(WebPushSender(config(), options()).send(notice(1), {}));
  const std::string header = server_.requests()[0].headers.at("authorization");
  const std::string token = header.substr(8, header.find(',') - 8);
  const auto dot = token.rfind('.');
  EXPECT_TRUE(
      verifies_es256(*from_base64url(keys_.public_key), token.substr(0, dot), *from_base64url(token.substr(dot + 1))));
  const auto first = token.find('.');
  EXPECT_EQ(json::parse(*from_base64url(token.substr(first + 1, dot - first - 1))).at("aud"),
            std::format("http://127.0.0.1:{}", server_.port()));
}

TEST_F(WebPushTest, subscriptions_that_are_gone_are_reported_and_no_failure) {
  subscribe(Browser(), "status/410/a");
  subscribe(Browser(), "status/404/b");
  subscribe(Browser(), "c");
  EXPECT_TRUE(WebPushSender(config(), options()).send(notice(1), {}));
  EXPECT_THAT(gone_, ElementsAre(server_.url("status/410/a"), server_.url("status/404/b")));
}

TEST_F(WebPushTest, another_try_reaches_only_those_who_have_not_got_it) {
  subscribe(Browser(), "fail/1/a");
  subscribe(Browser(), "b");
  WebPushSender sender(config(), options());
  const auto sent = sender.send(notice(1), {});
  ASSERT_FALSE(sent);
  EXPECT_TRUE(may_pass(sent.error()));
  EXPECT_TRUE(sender.send(notice(1), {}));
  EXPECT_EQ(server_.count("fail/1/a"), 2U);
  EXPECT_EQ(server_.count("b"), 1U);
  EXPECT_TRUE(sender.send(notice(2), {}));
  EXPECT_EQ(server_.count("b"), 2U) << "another alert";
}

TEST_F(WebPushTest, endpoints_in_the_local_network_are_never_reached) {
  subscribe(Browser(), "in");
  const auto sent = WebPushSender(config(), options(false)).send(notice(1), {});
  ASSERT_FALSE(sent);
  EXPECT_FALSE(may_pass(sent.error()));
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(WebPushTest, long_texts_are_cut_to_what_services_take) {
  const Browser browser;
  subscribe(browser, "in");
  Notice wordy = notice(1);
  wordy.alert.title = wordy.alert.sentence = wordy.alert.uid = wordy.alert.link = std::string(20'000, '"');
  ASSERT_TRUE(WebPushSender(config(), options()).send(wordy, {}));
  EXPECT_LE(json::parse(browser.decrypt(server_.requests()[0].body)).at("title").get<std::string>().size(), 400U);
}

TEST_F(WebPushTest, without_browsers_only_a_test_complains) {
  EXPECT_TRUE(WebPushSender(config(), options()).send(notice(1), {}));
  SenderOptions trying = options();
  trying.test = true;
  const auto sent = WebPushSender(config(), trying).send(notice(1), {});
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(sent.error().message, HasSubstr("no browser is subscribed"));
}

TEST(PushSubscription, of_a_push_service_is_accepted) {
  const Browser browser;
  const auto valid = check_subscription(browser.subscribe("https://push.example.org/send/abc"));
  EXPECT_TRUE(valid) << valid.error().message;
  EXPECT_TRUE(check_subscription(browser.subscribe("https://8.8.8.8/abc")));
}

TEST(PushSubscription, that_leads_elsewhere_is_refused) {
  const Browser browser;
  for (const char* endpoint :
       {"http://push.example.org/x", "https://localhost/x", "https://127.0.0.1/x", "https://10.0.0.8/x", "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x", "https://0x7f000001/x", "https://2130706433/x", "https://0177.0.0.1/x",
        "https://printer.local/x", "https://router/x", "https://user:secret@push.example.org/x", "file:///etc/passwd", "",
        "https://169.254.169.254/latest"}) {
    const auto valid = check_subscription(browser.subscribe(endpoint));
    ASSERT_FALSE(valid) << endpoint;
    EXPECT_EQ(valid.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(valid.error().message, Not(HasSubstr("/x"))) << "who knows the path can send";
  }
  PushSubscription keyless = browser.subscribe("https://push.example.org/x");
  keyless.p256dh = "";
  EXPECT_FALSE(check_subscription(keyless));
}

}  // namespace
}  // namespace vigil::alerts
