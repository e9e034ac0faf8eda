// Channels that are tried: how it went is an answer, a channel that there is not is none.
#include <format>

#include <gtest/gtest.h>

#include "server/served.h"

namespace vigil::server {
namespace {

using nlohmann::json;
using test::HttpAnswer;
using test::HttpClient;
using test::Served;

TEST(Alerts, tell_how_a_test_went_and_that_there_is_no_such_channel) {
  Served server;
  HttpClient admin = server.admin();
  const json browsers = {{"name", "Browsers"}, {"type", "web_push"}};
  const HttpAnswer kept = admin.put("/api/v1/alerts", {{"channels", json::array({browsers})}, {"rules", json::array()}});
  ASSERT_EQ(kept.status, 200) << kept.body;
  const json channel = kept.json()["channels"][0];
  EXPECT_EQ(channel["public_key"], kept.json()["push_key"]) << "the server's own, whatever the form says";
  const std::int64_t id = channel["id"];
  const HttpAnswer tried = admin.post(std::format("/api/v1/alerts/channels/{}/test", id), json::object());
  EXPECT_EQ(tried.status, 200) << "nobody is subscribed: the channel is there, and it reaches nobody";
  EXPECT_EQ(tried.json()["ok"], false);
  const HttpAnswer absent = admin.post(std::format("/api/v1/alerts/channels/{}/test", id + 1), json::object());
  EXPECT_EQ(absent.status, 404);
  EXPECT_EQ(absent.code(), "not_found");
}

}  // namespace
}  // namespace vigil::server
