// The API is what openapi.json says, and says of everything who may have it; and how callers are known. Who gets what, one
// operation after the other: permission_matrix_test.cpp.
#include <algorithm>
#include <format>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "server/permission_api.h"
#include "server/permission_world.h"
#include "server/served.h"
#include "support/make_media.h"
#include "support/temp_dir.h"

namespace vigil::server {
namespace {

using nlohmann::json;
using test::HttpAnswer;
using test::HttpClient;
using test::Operation;
using testing::ElementsAre;

using Rule = std::tuple<std::string, std::string, std::string, std::string>;  // path, method, access, camera

TEST(OpenApi, describes_every_route_as_it_is) {
  const test::TempDir folder;
  const json routes = json::parse(test::run_program({VIGIL_TEST_SERVER, "--routes", "--data", (folder / "data").string()}));
  std::set<Rule> served, described;
  for (const json& route : routes) {
    if (route["outside_api"]) continue;
    served.emplace(route["path"], route["method"], route["access"], route["camera"]);
  }
  for (const Operation& one : test::operations()) described.insert({one.path, one.method, one.access, one.camera});
  EXPECT_EQ(served, described);
}

TEST(OpenApi, is_served_and_names_a_schema_for_each_reference) {
  test::Served server;
  const HttpAnswer answer = server.nobody().get("/api/v1/openapi.json");
  EXPECT_EQ(answer.json(), test::api());
  const std::string text = answer.body;
  const json document = test::api();
  for (std::size_t at = text.find("\"#/"); at != std::string::npos; at = text.find("\"#/", at + 1)) {
    const std::string pointer = text.substr(at + 2, text.find('"', at + 1) - at - 2);
    EXPECT_TRUE(document.contains(json::json_pointer(pointer))) << pointer;
  }
}

// By what the camera of an operation is found, as its path tells: whoever adds a route cannot leave the rule out.
std::string rule_by_path(const Operation& operation) {
  static const std::vector<std::pair<std::string, std::string>> kThings{
      {"/cameras/{id}", "camera"}, {"/events/{id}", "event"}, {"/uploads/{id}", "job"}, {"/jobs/{id}", "job"}};
  for (const auto& [path, rule] : kThings) {
    if (operation.path == path || operation.path.starts_with(path + "/")) return rule;
  }
  const bool reads = operation.method == "get";
  const std::set<std::string> lists{"/cameras", "/jobs", "/retention", "/system", "/updates"};
  return reads && (lists.contains(operation.path) || operation.path.starts_with("/events")) ? "list" : "";
}

TEST(OpenApi, says_of_all_that_is_of_a_camera_or_an_upload_whose_it_is) {
  for (const Operation& operation : test::operations()) {
    EXPECT_EQ(operation.camera, rule_by_path(operation)) << operation.shown();
  }
}

TEST(OpenApi, lets_nobody_and_viewers_change_nothing_but_what_is_their_own) {
  std::vector<std::string> open;
  for (const Operation& operation : test::operations()) {
    EXPECT_THAT(operation.access, testing::AnyOf("public", "viewer", "operator", "admin")) << operation.shown();
    if (operation.access == "public") open.push_back(operation.shown());
    if (operation.access != "viewer" || !operation.changes_something()) continue;
    EXPECT_TRUE(operation.path.starts_with("/me/") || operation.path == "/session") << operation.shown();
  }
  EXPECT_THAT(open, testing::UnorderedElementsAre("get /session", "post /session", "post /sign-up", "post /setup",
                                                  "options /uploads", "get /openapi.json"));
}

class Access : public testing::Test {
 protected:
  std::string event(std::int64_t id) const { return std::format("/api/v1/events/{}", id); }
  std::string seen_event() const { return event(world_.seen().event); }
  std::string seen_camera() const { return std::format("/api/v1/cameras/{}", world_.seen().camera); }

  test::World world_;
};

TEST_F(Access, addresses_of_cameras_are_for_administrators) {
  EXPECT_EQ(world_.as("viewer").get(seen_camera()).json()["address"], "");
  EXPECT_EQ(world_.as("operator").get(seen_camera()).json()["address"], "");
  EXPECT_EQ(world_.as("admin").get(seen_camera()).json()["address"], "rtsp://127.0.0.1:9/seen");
}

TEST_F(Access, programs_have_the_rights_of_their_user_until_the_token_goes) {
  HttpClient owner = world_.as("viewer");
  const json created = owner.post("/api/v1/me/tokens", {{"name", "script"}}).json();
  HttpClient program = world_.as("nobody");
  program.bearer = created["token"];
  EXPECT_EQ(program.get(seen_event()).status, 200);
  EXPECT_EQ(program.get(event(world_.unseen().event)).status, 404);
  EXPECT_EQ(program.get("/api/v1/users").status, 403);
  EXPECT_EQ(program.post("/api/v1/me/tokens", {{"name", "more"}}).status, 403);
  EXPECT_EQ(owner.remove(std::format("/api/v1/me/tokens/{}", created["id"].get<int>())).status, 204);
  EXPECT_EQ(program.get(seen_event()).status, 401);
}

TEST_F(Access, media_lead_nowhere_else) {
  HttpClient viewer = world_.as("viewer"), admin = world_.as("admin");
  EXPECT_EQ(viewer.get(seen_event() + "/files/clip.mp4").body, "clip.mp4 of seen");
  for (const char* name : {"../clip.mp4", "%2e%2e/clip.mp4", "..%2fclip.mp4", "..%2f..%2f..%2f..%2f..%2fvigil.db", ".hidden",
                           "%00", "clip.mp4%00.jpg", "....//clip.mp4", "/etc/passwd", "event.json/.."}) {
    const int status = viewer.get(seen_event() + "/files/" + name).status;
    EXPECT_TRUE(status == 404 || status == 400) << name << ": " << status;
  }
  for (const char* path :
       {"/../vigil.db", "/%2e%2e/vigil.db", "/assets/../../vigil.db", "//etc/passwd", "/vigil.db", "/secret.key"}) {
    const HttpAnswer answer = admin.get(path);
    EXPECT_TRUE(answer.status == 404 || answer.status == 400 || answer.status == 403) << path << ": " << answer.status;
  }
}

TEST_F(Access, hostile_names_come_back_as_they_were) {
  const std::string name = "<script>alert(1)</script>\"'&";
  HttpClient admin = world_.as("admin");
  ASSERT_EQ(admin.patch(seen_camera(), {{"name", name}}).status, 200);
  const HttpAnswer answer = admin.get(seen_camera());
  EXPECT_EQ(answer.json()["name"], name);
  EXPECT_THAT(answer.headers.at("content-type"), testing::StartsWith("application/json"));
  EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff");
  EXPECT_THAT(answer.headers.at("content-security-policy"), testing::HasSubstr("default-src 'self'"));
}

}  // namespace
}  // namespace vigil::server
