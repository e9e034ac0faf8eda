#include "alerts/webhook.h"

#include <array>

#include "servers.h"
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>

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

const Alert kAlert{.uid = "u1", .event_id = 17, .kind = "violence", .camera_id = 3, .camera = "Yard", .score = 0.9};

std::string hmac(const std::string& text) {
  std::array<unsigned char, 32> digest{};
  HMAC(EVP_sha256(), kSecret, static_cast<int>(std::string_view(kSecret).size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), nullptr);
  std::string hex;
  for (const unsigned char byte : digest) hex += std::format("{:02x}", byte);
  return hex;
}

core::Status send(const std::string& url, const SenderOptions& options = {}, std::stop_token stop = {}) {
  return WebhookSender({.url = url, .secret = kSecret}, options).send({.alert = kAlert, .number = 1}, std::move(stop));
}

TEST(Webhook, posts_signed_json) {
  const WebhookServer server;
  const auto sent = send(server.url("in"));
  ASSERT_TRUE(sent) << sent.error().message;
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 1U);
  const PostedRequest& request = requests[0];
  EXPECT_EQ(request.headers.at("content-type"), "application/json");
  EXPECT_EQ(json::parse(request.body).at("event").at("uid"), "u1");
  EXPECT_EQ(request.headers.at("x-vigil-signature"),
            "sha256=" + hmac(request.headers.at("x-vigil-timestamp") + "." + request.body));
}

TEST(Webhook, the_signature_is_one_that_anybody_can_work_out) {
  EXPECT_EQ(webhook_signature("key", 0, ""), webhook_signature("key", 0, ""));
  EXPECT_EQ(webhook_signature(kSecret, 1700000000, "{}"), "sha256=" + hmac("1700000000.{}"));
}

TEST(Webhook, answers_decide_whether_another_try_helps) {
  const WebhookServer server;
  const auto code_of = [&](int status) { return send(server.url(std::format("status/{}/x", status))).error().code; };
  EXPECT_TRUE(send(server.url("status/204/x")));
  for (const int status : {500, 503, 408, 429}) EXPECT_EQ(code_of(status), ErrorCode::kIo) << status;
  for (const int status : {400, 401, 403, 422}) EXPECT_EQ(code_of(status), ErrorCode::kInvalidArgument) << status;
  for (const int status : {404, 410}) EXPECT_EQ(code_of(status), ErrorCode::kNotFound) << status;
}

TEST(Webhook, does_not_follow_redirects) {
  const WebhookServer server;
  const auto sent = send(server.url("moved/elsewhere"));
  ASSERT_FALSE(sent);
  EXPECT_FALSE(may_pass(sent.error()));
  EXPECT_THAT(sent.error().message, HasSubstr("a redirect, which is not followed"));
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Webhook, errors_name_the_server_and_not_the_path) {
  const WebhookServer server;
  const auto sent = send(server.url("status/500/token-of-the-receiver"));
  EXPECT_EQ(sent.error().message, std::format("webhook: 127.0.0.1:{} answered 500", server.port()));
}

TEST(Webhook, a_server_that_is_not_there_may_come_back) {
  const int port = WebhookServer().port();
  const auto sent = send(std::format("http://127.0.0.1:{}/in", port));
  ASSERT_FALSE(sent);
  EXPECT_TRUE(may_pass(sent.error())) << sent.error().message;
  EXPECT_THAT(sent.error().message, HasSubstr(std::to_string(port)));
}

TEST(Webhook, a_server_that_hangs_is_given_up) {
  const WebhookServer server;
  const auto sent = send(server.url("hang/x"), {.time_out = 100ms});
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::kTimedOut);
  EXPECT_THAT(sent.error().message, HasSubstr("no answer within 100 ms"));
}

TEST(Webhook, a_stop_ends_what_hangs) {
  const WebhookServer server;
  std::stop_source stop;
  std::jthread stopping([&] {
    eventually([&] { return server.count("hang/x") == 1; });
    stop.request_stop();
  });
  const auto sent = send(server.url("hang/x"), {.time_out = 10min}, stop.get_token());
  EXPECT_EQ(sent.error().code, ErrorCode::kCancelled);
}

TEST(Webhook, believes_only_certificates_of_known_authorities) {
  const test::TempDir dir;
  const std::string certificate = make_certificate(dir);
  const WebhookServer server(certificate);
  EXPECT_TRUE(send(server.url("in"), {.ca_file = certificate}));
  const auto sent = send(server.url("in"));
  ASSERT_FALSE(sent);
  EXPECT_FALSE(may_pass(sent.error()));
  EXPECT_THAT(sent.error().message, HasSubstr("its certificate is not believed"));
  EXPECT_THAT(sent.error().message, Not(HasSubstr(kSecret)));
}

}  // namespace
}  // namespace vigil::alerts
