// What a new password, or a blocked account, takes away: log-ins, and tokens that programs have.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "server/served.h"

namespace vigil::server {
namespace {

using nlohmann::json;
using test::HttpClient;
using test::Served;

class Credentials : public testing::Test {
 protected:
  HttpClient program_of(HttpClient& owner) {
    HttpClient program = server_.nobody();
    program.bearer = owner.post("/api/v1/me/tokens", {{"name", "script"}}).json()["token"];
    EXPECT_EQ(program.get("/api/v1/cameras").status, 200);
    return program;
  }

  Served server_;
  HttpClient admin_ = server_.admin();
  HttpClient vera_ = server_.user("vera", "viewer");
};

TEST_F(Credentials, end_when_their_owner_takes_a_new_password) {
  HttpClient program = program_of(vera_);
  HttpClient of_admin = program_of(admin_);
  const json change{{"current", Served::kPassword}, {"new", "another long password"}};
  ASSERT_EQ(vera_.put("/api/v1/me/password", change).status, 204);
  EXPECT_EQ(program.get("/api/v1/cameras").status, 401);
  EXPECT_EQ(vera_.get("/api/v1/cameras").status, 200) << "who changed it stays logged in";
  EXPECT_EQ(vera_.get("/api/v1/me/tokens").json(), json::array());
  EXPECT_EQ(of_admin.get("/api/v1/cameras").status, 200) << "somebody else's";
}

TEST_F(Credentials, end_when_an_administrator_gives_a_new_password) {
  HttpClient program = program_of(vera_);
  ASSERT_EQ(admin_.patch("/api/v1/users/2", {{"password", "another long password"}}).status, 200);
  EXPECT_EQ(program.get("/api/v1/cameras").status, 401);
  EXPECT_EQ(vera_.get("/api/v1/cameras").status, 401);
}

TEST_F(Credentials, of_a_blocked_account_do_not_come_back_with_it) {
  HttpClient program = program_of(vera_);
  ASSERT_EQ(admin_.patch("/api/v1/users/2", {{"state", "blocked"}}).status, 200);
  EXPECT_EQ(program.get("/api/v1/cameras").status, 401);
  ASSERT_EQ(admin_.patch("/api/v1/users/2", {{"state", "active"}}).status, 200);
  EXPECT_EQ(program.get("/api/v1/cameras").status, 401);
  EXPECT_EQ(vera_.get("/api/v1/cameras").status, 401);
}

}  // namespace
}  // namespace vigil::server
