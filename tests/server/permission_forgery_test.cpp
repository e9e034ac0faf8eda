// Requests that somebody else's page makes a browser send: every operation that changes something refuses them.
#include <algorithm>
#include <cctype>
#include <format>
#include <string>

#include <gmock/gmock.h>

#include "server/permission_api.h"
#include "server/permission_world.h"

namespace vigil::server {
namespace {

using nlohmann::json;
using test::HttpAnswer;
using test::HttpClient;
using test::Operation;

class Forgery : public testing::Test {
 protected:
  std::vector<Operation> changing() const {
    std::vector<Operation> all = test::operations();
    std::erase_if(all, [](const Operation& one) { return !one.changes_something(); });
    return all;
  }

  HttpAnswer ask(HttpClient& client, const Operation& operation, const std::vector<std::string>& headers = {}) const {
    std::string verb = operation.method;
    std::ranges::transform(verb, verb.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return client.send({.method = verb, .path = world_.path(operation, "admin"), .headers = headers});
  }

  // Of all that could have been changed or deleted.
  void expect_untouched() {
    EXPECT_EQ(admin_.get("/api/v1/events").json()["events"].size(), 4U);
    EXPECT_EQ(admin_.get("/api/v1/cameras").json().size(), 2U);
    EXPECT_EQ(admin_.get("/api/v1/users").json().size(), 4U);
    EXPECT_EQ(admin_.get("/api/v1/jobs").json().size(), 3U);
  }

  test::World world_;
  HttpClient admin_ = world_.as("admin");
};

TEST_F(Forgery, without_the_sessions_token_changes_nothing) {
  for (const char* token : {"", "another one"}) {
    HttpClient forged = admin_;
    forged.csrf_token = token;
    for (const Operation& operation : changing()) {
      const HttpAnswer answer = ask(forged, operation);
      if (operation.access == "public") {
        EXPECT_NE(answer.code(), "csrf") << operation.shown() << " is for those who have no session yet";
      } else {
        EXPECT_EQ(answer.status, 403) << operation.shown() << ": " << answer.body;
        EXPECT_EQ(answer.code(), "csrf") << operation.shown();
      }
    }
  }
  expect_untouched();
}

TEST_F(Forgery, from_another_sites_page_changes_nothing) {
  for (const Operation& operation : changing()) {
    for (const char* origin : {"https://evil.example", "null"}) {
      const HttpAnswer answer = ask(admin_, operation, {std::string("Origin: ") + origin});
      EXPECT_EQ(answer.code(), "foreign_origin") << operation.shown() << ": " << answer.body;
    }
  }
  expect_untouched();
}

TEST_F(Forgery, is_told_from_what_the_user_does) {
  const std::string event = std::format("/api/v1/events/{}", world_.seen().event);
  EXPECT_EQ(admin_.patch(event, {{"note", "mine"}}).status, 200);
  const std::string own = world_.server().url();
  const HttpAnswer answer =
      admin_.send({.method = "PATCH", .path = event, .body = R"({"note": "mine too"})", .headers = {"Origin: " + own}});
  EXPECT_EQ(answer.status, 200) << answer.body;
}

}  // namespace
}  // namespace vigil::server
