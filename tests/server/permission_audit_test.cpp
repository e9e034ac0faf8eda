// The audit log: who logged in or tried to, and what was looked at, taken away and deleted.
#include <format>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "server/permission_world.h"

namespace vigil::server {
namespace {

using nlohmann::json;
using test::HttpClient;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Audit : public testing::Test {
 protected:
  // The objects of what was written down, latest first.
  std::vector<std::string> written(const std::string& user, const std::string& action) {
    std::vector<std::string> objects;
    const json page = admin_.get(std::format("/api/v1/audit?user={}&action={}", user, action)).json();
    for (const json& entry : page.at("entries")) {
      EXPECT_EQ(entry.at("user"), user);
      EXPECT_EQ(entry.at("address"), "127.0.0.1");
      objects.push_back(entry.at("object"));
    }
    return objects;
  }
  std::string event() const { return std::format("/api/v1/events/{}", world_.seen().event); }

  test::World world_;
  HttpClient admin_ = world_.as("admin");
};

TEST_F(Audit, holds_log_ins_and_those_that_were_refused) {
  EXPECT_THAT(written("vera", "log-in"), IsEmpty());
  HttpClient viewer = world_.as("viewer");
  EXPECT_EQ(written("vera", "log-in").size(), 1U);
  EXPECT_THAT(written("vera", "log-in%20refused"), IsEmpty());
  HttpClient guesser = world_.as("nobody");
  ASSERT_EQ(guesser.post("/api/v1/session", {{"name", "vera"}, {"password", "a wrong guess"}}).status, 401);
  EXPECT_EQ(written("vera", "log-in%20refused").size(), 1U);
  EXPECT_EQ(written("vera", "log-in").size(), 1U);
  ASSERT_EQ(viewer.remove("/api/v1/session").status, 204);
  EXPECT_EQ(written("vera", "log-out").size(), 1U);
  EXPECT_THAT(admin_.get("/api/v1/audit").body, testing::Not(HasSubstr("a wrong guess")));
}

TEST_F(Audit, holds_what_was_looked_at) {
  HttpClient viewer = world_.as("viewer");
  ASSERT_EQ(viewer.get(event()).status, 200);
  EXPECT_THAT(written("vera", "view"), ElementsAre(std::format("event {}", world_.seen().event)));
  ASSERT_EQ(viewer.get(std::format("/api/v1/events/{}", world_.unseen().event)).status, 404);
  EXPECT_EQ(written("vera", "view").size(), 1U) << "what was not shown was not looked at";
}

TEST_F(Audit, holds_what_was_taken_away) {
  HttpClient viewer = world_.as("viewer");
  ASSERT_EQ(viewer.get(event() + "/files/clip.mp4").status, 200);
  EXPECT_THAT(written("vera", "export"), IsEmpty()) << "shown in the page, not saved";
  ASSERT_EQ(viewer.get(event() + "/files/clip.mp4?download=true").status, 200);
  ASSERT_EQ(viewer.get(event() + "/report?download=true").status, 200);
  const std::string recording = std::format("/api/v1/cameras/{}/recordings/{}", world_.seen().camera, world_.seen().segment);
  ASSERT_EQ(viewer.get(recording + "?download=true").status, 200);
  EXPECT_THAT(written("vera", "export"),
              ElementsAre(std::format("recording {} of camera {}", world_.seen().segment, world_.seen().camera),
                          std::format("event {}, report", world_.seen().event),
                          std::format("event {}, clip.mp4", world_.seen().event)));
}

TEST_F(Audit, holds_what_was_deleted) {
  HttpClient of_operator = world_.as("operator");
  ASSERT_EQ(of_operator.remove(event()).status, 204);
  EXPECT_THAT(written("otto", "delete"),
              ElementsAre(HasSubstr(std::format("event {} (violence, seen)", world_.seen().event))));
  ASSERT_EQ(admin_.get(event()).status, 404);
}

}  // namespace
}  // namespace vigil::server
