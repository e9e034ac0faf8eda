// From a camera's picture to somebody else's server: an event in a running server reaches a webhook.
#include <algorithm>
#include <cstdint>
#include <format>
#include <optional>
#include <string>

#include "alerts/servers.h"
#include "alerts/webhook.h"
#include "station/staged.h"
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "server/served.h"
#include "support/eventually.h"

namespace vigil::server {
namespace {

using nlohmann::json;
using test::eventually;
using test::HttpAnswer;
using test::HttpClient;
using test::Served;

constexpr const char* kSecret = "a secret of the channel";

class Alerting : public testing::Test {
 protected:
  void SetUp() override {
    const json hook = {{"id", 1}, {"name", "Hook"}, {"type", "webhook"}, {"url", web_.url("in")}, {"secret", kSecret}};
    const json rule = {
        {"name", "All"}, {"kinds", json::array({"violence"})}, {"when", "both"}, {"channels", json::array({1})}};
    const HttpAnswer set = admin_.put("/api/v1/alerts", {{"channels", json::array({hook})}, {"rules", json::array({rule})}});
    ASSERT_EQ(set.status, 200) << set.body;
  }

  // The first request about an event in that state; about that event, if one is named.
  std::optional<alerts::PostedRequest> wait_for(const std::string& state, const std::string& uid = {}) {
    std::optional<alerts::PostedRequest> found;
    EXPECT_TRUE(eventually([&] {
      const auto requests = web_.requests();
      const auto fits = [&](const alerts::PostedRequest& request) {
        const json body = json::parse(request.body);
        return body.at("type") == "event" && body.at("event").at("state") == state &&
               (uid.empty() || body.at("event").at("uid") == uid);
      };
      const auto first = std::ranges::find_if(requests, fits);
      if (first != requests.end()) found = *first;
      return found.has_value();
    })) << "no alert of an event that has "
        << state;
    return found;
  }

  static void expect_signed(const alerts::PostedRequest& request) {
    const std::int64_t at = std::stoll(request.headers.at("x-vigil-timestamp"));
    EXPECT_EQ(request.headers.at("x-vigil-signature"), alerts::webhook_signature(kSecret, at, request.body));
  }

  const alerts::WebhookServer web_;
  Served server_{{.camera = test::staged_video()}};
  HttpClient admin_ = server_.admin();
};

TEST_F(Alerting, tells_a_webhook_of_an_event_when_it_begins_and_when_it_is_stored) {
  const auto begun = wait_for("begun");
  ASSERT_TRUE(begun);
  EXPECT_EQ(begun->path, "/in");
  expect_signed(*begun);
  const json first = json::parse(begun->body).at("event");
  EXPECT_EQ(first.at("kind"), "violence");
  EXPECT_EQ(first.at("id"), 0);
  EXPECT_EQ(first.at("camera"), json({{"id", 1}, {"name", "Stage"}}));

  const auto ended = wait_for("ended", first.at("uid"));
  ASSERT_TRUE(ended);
  expect_signed(*ended);
  const json second = json::parse(ended->body).at("event");
  const std::int64_t id = second.at("id");
  EXPECT_THAT(second.at("link").get<std::string>(), testing::EndsWith(std::format("/events/{}", id)));
  const json stored = admin_.get(std::format("/api/v1/events/{}", id)).json();
  EXPECT_EQ(stored.at("uid"), first.at("uid"));

  EXPECT_TRUE(eventually([&] {
    const json stats = admin_.get("/api/v1/alerts").json().at("stats");
    return stats.size() == 1 && stats[0].at("sent") >= 2 && stats[0].at("failed") == 0;
  }));
}

TEST_F(Alerting, tells_a_webhook_of_a_test) {
  const HttpAnswer tried = admin_.post("/api/v1/alerts/channels/1/test", json::object());
  EXPECT_EQ(tried.json()["ok"], true) << tried.body;
  const auto requests = web_.requests();
  const auto found = std::ranges::find_if(
      requests, [](const alerts::PostedRequest& one) { return json::parse(one.body).at("type") == "test"; });
  ASSERT_NE(found, requests.end());
  expect_signed(*found);
}

}  // namespace
}  // namespace vigil::server
