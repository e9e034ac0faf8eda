// Logging in, creating a profile, the first administrator, passwords, second factors: as the document's tables ask, and as
// attackers try.
#include <cstdint>
#include <ctime>
#include <format>

#include <gmock/gmock.h>
#include <liboath/oath.h>

#include "server/served.h"

namespace vigil::server {
namespace {

using nlohmann::json;
using test::HttpAnswer;
using test::HttpClient;
using test::Served;

json credentials(const std::string& name, const std::string& password) { return {{"name", name}, {"password", password}}; }
json profile(const std::string& name, const std::string& email) {
  return {{"name", name}, {"email", email}, {"password", Served::kPassword}};
}

// Codes are of a step of 30 s: a test names the step, for the next one may begin at any moment.
std::int64_t step_now() { return std::time(nullptr) / 30; }

std::string code_of(const std::string& secret, std::int64_t step) {
  char* bytes = nullptr;
  std::size_t length = 0;
  oath_base32_decode(secret.data(), secret.size(), &bytes, &length);
  char code[7] = {};
  oath_totp_generate(bytes, length, step * 30, 30, 0, 6, code);
  free(bytes);
  return code;
}

TEST(Setup, makes_one_administrator_once) {
  Served server;
  EXPECT_EQ(server.nobody().get("/api/v1/session").json()["setup_needed"], true);
  const std::string link = server.setup_link();
  const std::string token = link.substr(link.find("token=") + 6);
  json admin = profile("ada", "ada@example.org");
  admin["token"] = "guessed";
  EXPECT_EQ(server.nobody().post("/api/v1/setup", admin).status, 403);
  admin["token"] = token;
  HttpClient first = server.nobody();
  EXPECT_EQ(first.post("/api/v1/setup", admin).status, 201);
  EXPECT_EQ(first.get("/api/v1/users").status, 200);
  admin["name"] = "eve";
  admin["email"] = "eve@example.org";
  EXPECT_EQ(server.nobody().post("/api/v1/setup", admin).code(), "used_link");
  EXPECT_EQ(server.nobody().get("/api/v1/session").json()["setup_needed"], false);
}

TEST(LogIn, says_what_is_wrong_and_never_which) {
  Served server;
  server.admin();
  HttpClient client = server.nobody();
  EXPECT_EQ(client.post("/api/v1/session", credentials("", "")).json()["message"], "username or password field is empty");
  const HttpAnswer wrong = client.post("/api/v1/session", credentials("ada", "wrong password"));
  const HttpAnswer unknown = client.post("/api/v1/session", credentials("Dsjf", "cnxbcdj"));
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.body, unknown.body);
  EXPECT_EQ(wrong.json()["message"], "username or password is incorrect");
  const HttpAnswer right = client.post("/api/v1/session", credentials("ada@example.org", Served::kPassword));
  EXPECT_EQ(right.status, 200);
  EXPECT_THAT(right.headers.at("set-cookie"),
              testing::AllOf(testing::HasSubstr("HttpOnly"), testing::HasSubstr("SameSite=Lax")));
}

TEST(LogIn, gives_a_session_of_its_own_each_time) {
  Served server;
  server.admin();
  HttpClient client = server.nobody();
  client.cookies["vigil_session"] = "planted";
  ASSERT_EQ(client.post("/api/v1/session", credentials("ada", Served::kPassword)).status, 200);
  const std::string first = client.cookies["vigil_session"];
  EXPECT_NE(first, "planted");
  ASSERT_EQ(client.post("/api/v1/session", credentials("ada", Served::kPassword)).status, 200);
  EXPECT_NE(client.cookies["vigil_session"], first);
  HttpClient old = server.nobody();
  old.cookies["vigil_session"] = first;
  EXPECT_EQ(old.get("/api/v1/users").status, 401);
}

TEST(LogIn, slows_down_who_guesses) {
  Served server;
  server.admin();
  HttpClient client = server.nobody();
  int tried = 0, slowed = 0;
  for (; tried < 12 && slowed == 0; ++tried)
    slowed = client.post("/api/v1/session", credentials("ada", "guess")).status == 429;
  EXPECT_LT(tried, 12);
  EXPECT_EQ(client.post("/api/v1/session", credentials("ada", Served::kPassword)).code(), "too_many_tries");
}

TEST(SignUp, makes_a_profile_as_the_administrator_allows) {
  Served server;
  HttpClient admin = server.admin();
  HttpClient client = server.nobody();
  const HttpAnswer waiting = client.post("/api/v1/sign-up", profile("L001", "abc@example.org"));
  EXPECT_EQ(waiting.status, 201);
  EXPECT_EQ(waiting.json()["state"], "waiting");
  EXPECT_EQ(client.post("/api/v1/session", credentials("L001", Served::kPassword)).code(), "not_active");
  const json users = admin.get("/api/v1/users").json();
  for (const json& user : users) {
    if (user["name"] != "L001") continue;
    EXPECT_EQ(admin.patch(std::format("/api/v1/users/{}", user["id"].get<int>()), {{"state", "active"}}).status, 200);
  }
  EXPECT_EQ(client.post("/api/v1/session", credentials("L001", Served::kPassword)).status, 200);

  const auto refused = [&](const json& wanted) {
    const HttpAnswer answer = client.post("/api/v1/sign-up", wanted);
    return std::format("{} {} {}", answer.status, answer.code(), answer.json().value("field", "-"));
  };
  EXPECT_EQ(refused(profile("l001", "other@example.org")), "409 already_used name");
  EXPECT_EQ(refused(profile("other", "ABC@example.org")), "409 already_used email");
  EXPECT_EQ(refused(profile("", "x@example.org")), "422 empty_field name");
  EXPECT_EQ(refused(profile("x", "")), "422 empty_field email");
  EXPECT_EQ(refused({{"name", "x"}, {"email", "x@example.org"}, {"password", ""}}), "422 empty_field password");
  EXPECT_EQ(refused({{"name", "x"}, {"email", "x@example.org"}, {"password", "short"}}), "422 invalid password");
  EXPECT_EQ(refused(profile("x", "x")), "422 invalid email");

  ASSERT_EQ(admin.put("/api/v1/settings", {{"sign_up", "open"}}).status, 200);
  EXPECT_EQ(server.nobody().post("/api/v1/sign-up", profile("open", "open@example.org")).json()["state"], "active");
  ASSERT_EQ(admin.put("/api/v1/settings", {{"sign_up", "off"}}).status, 200);
  EXPECT_EQ(server.nobody().post("/api/v1/sign-up", profile("late", "late@example.org")).status, 403);
}

TEST(Sessions, are_listed_revoked_and_end_with_a_new_password) {
  Served server;
  HttpClient here = server.admin(), there = server.admin();
  json sessions = here.get("/api/v1/me/sessions").json();
  ASSERT_EQ(sessions.size(), 2U);
  for (const json& session : sessions) {
    if (session["current"]) continue;
    EXPECT_EQ(here.remove(std::format("/api/v1/me/sessions/{}", session["id"].get<int>())).status, 204);
  }
  EXPECT_EQ(there.get("/api/v1/users").status, 401);

  HttpClient other = server.admin();
  EXPECT_EQ(here.put("/api/v1/me/password", {{"current", "wrong"}, {"new", "another long password"}}).code(),
            "wrong_credentials");
  EXPECT_EQ(here.put("/api/v1/me/password", {{"current", Served::kPassword}, {"new", "short"}}).status, 422);
  EXPECT_EQ(here.put("/api/v1/me/password", {{"current", Served::kPassword}, {"new", "another long password"}}).status, 204);
  EXPECT_EQ(here.get("/api/v1/users").status, 200);
  EXPECT_EQ(other.get("/api/v1/users").status, 401);
  EXPECT_EQ(here.remove("/api/v1/session").status, 204);
  EXPECT_EQ(here.get("/api/v1/users").status, 401);
}

TEST(SecondFactor, is_asked_for_and_each_code_is_good_once) {
  Served server;
  HttpClient admin = server.admin();
  EXPECT_EQ(admin.post("/api/v1/me/second-factor", {{"password", "wrong"}}).status, 422);
  const std::string secret = admin.post("/api/v1/me/second-factor", {{"password", Served::kPassword}}).json()["secret"];
  EXPECT_EQ(admin.put("/api/v1/me/second-factor", {{"code", "000000"}}).code(), "wrong_code");
  const std::int64_t step = step_now();  // the codes of the steps beside it are taken too
  ASSERT_EQ(admin.put("/api/v1/me/second-factor", {{"code", code_of(secret, step)}}).status, 204);

  HttpClient client = server.nobody();
  json in = credentials("ada", Served::kPassword);
  EXPECT_EQ(client.post("/api/v1/session", in).code(), "second_factor_needed");
  in["code"] = code_of(secret, step);
  EXPECT_EQ(client.post("/api/v1/session", in).code(), "wrong_code");  // it was used to confirm
  in["code"] = code_of(secret, step + 1);
  EXPECT_EQ(client.post("/api/v1/session", in).status, 200);
  EXPECT_EQ(server.nobody().post("/api/v1/session", in).code(), "wrong_code");
  EXPECT_EQ(
      admin
          .send(
              {.method = "DELETE", .path = "/api/v1/me/second-factor", .body = json{{"password", Served::kPassword}}.dump()})
          .status,
      204);
  EXPECT_EQ(server.nobody().post("/api/v1/session", credentials("ada", Served::kPassword)).status, 200);
}

TEST(Users, keep_a_last_administrator_and_lose_their_sessions_when_blocked) {
  Served server;
  HttpClient admin = server.admin();
  HttpClient viewer = server.user("vera", "viewer");
  const HttpAnswer last = admin.patch("/api/v1/users/1", {{"role", "viewer"}});
  EXPECT_EQ(last.status, 409);
  EXPECT_EQ(last.code(), "last_admin");
  EXPECT_EQ(admin.patch("/api/v1/users/1", {{"state", "blocked"}}).code(), "last_admin");
  EXPECT_EQ(admin.remove("/api/v1/users/1").code(), "last_admin");
  EXPECT_EQ(admin.patch("/api/v1/users/2", {{"cameras", {17}}}).status, 422);
  EXPECT_EQ(viewer.get("/api/v1/events").status, 200);
  ASSERT_EQ(admin.patch("/api/v1/users/2", {{"state", "blocked"}}).status, 200);
  EXPECT_EQ(viewer.get("/api/v1/events").status, 401);
  EXPECT_EQ(admin
                .post("/api/v1/users", {{"name", "vera"},
                                        {"email", "v@example.org"},
                                        {"password", Served::kPassword},
                                        {"role", "viewer"},
                                        {"cameras", json::array()}})
                .code(),
            "already_used");
}

}  // namespace
}  // namespace vigil::server
