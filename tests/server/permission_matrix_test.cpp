// Who may do what: every operation of openapi.json, for every role, on what the caller may see and on what not. What is to
// be expected follows from x-vigil-access and x-vigil-camera alone.
#include <algorithm>
#include <cctype>
#include <format>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "server/permission_api.h"
#include "server/permission_world.h"

namespace vigil::server {
namespace {

using test::Example;
using test::HttpAnswer;
using test::HttpClient;
using test::Operation;

int rank(const std::string& role) {
  static const std::map<std::string, int> kRanks{{"public", 0}, {"nobody", 0}, {"viewer", 1}, {"operator", 2}, {"admin", 3}};
  return kRanks.at(role);
}

// The status with which a caller is refused; 0: the operation lets them in.
int refusal(const Operation& operation, const std::string& role, bool permitted) {
  if (operation.access == "public") return 0;
  if (role == "nobody") return 401;
  if (rank(role) < rank(operation.access)) return 403;
  return permitted ? 0 : 404;
}

class Permission : public testing::TestWithParam<std::string> {
 protected:
  const std::string& role() const { return GetParam(); }

  HttpAnswer ask(const std::string& method, const std::string& path) {
    std::string verb = method;
    std::ranges::transform(verb, verb.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return client_.send({.method = verb, .path = path, .headers = {"Tus-Resumable: 1.0.0"}});
  }

  // Whether the answer is that of the handler: what there is, or what is wrong with a request that says nothing more.
  void expect(const HttpAnswer& answer, const Operation& operation, const Example& example) {
    SCOPED_TRACE(std::format("{} {} {}: {} {}", role(), operation.method, example.path, answer.status, answer.body));
    if (const int refused = refusal(operation, role(), example.permitted); refused != 0) {
      EXPECT_EQ(answer.status, refused);
      return;
    }
    EXPECT_THAT(answer.status, testing::AllOf(testing::Ge(200), testing::Lt(500)));
    EXPECT_THAT(answer.status, testing::Not(testing::AnyOf(401, 403, 404, 405)));
  }

  // What is read is there: nothing less would tell that permission was given.
  void expect_read(const HttpAnswer& answer, const Operation& operation, const Example& example) {
    expect(answer, operation, example);
    if (refusal(operation, role(), example.permitted) != 0) return;
    const bool needs_live_camera = operation.path.ends_with("/snapshot");
    const int read = operation.is_socket() ? 426 : needs_live_camera ? 409 : 200;
    EXPECT_EQ(answer.status, read) << role() << ' ' << example.path << ": " << answer.body;
  }

  std::size_t events_left() {
    HttpClient admin = world_.as("admin");
    return admin.get("/api/v1/events").json()["events"].size();
  }

  test::World world_;
  HttpClient client_ = world_.as(GetParam());
};

INSTANTIATE_TEST_SUITE_P(Roles, Permission, testing::Values("nobody", "viewer", "operator", "admin"),
                         [](const auto& role) { return role.param; });

TEST_P(Permission, to_read_is_as_the_api_says) {
  int asked = 0;
  for (const Operation& operation : test::operations()) {
    if (operation.method != "get" && operation.method != "head") continue;
    for (const Example& example : world_.examples(operation, role())) {
      ++asked;
      const bool endless = operation.path.ends_with("/mjpeg");
      if (!endless) expect_read(ask(operation.method, example.path), operation, example);
      expect_read(ask("head", example.path), operation, example);
    }
  }
  EXPECT_GT(asked, 40);
}

TEST_P(Permission, to_change_is_as_the_api_says) {
  int asked = 0;
  for (const Operation& operation : test::operations()) {
    if (operation.method == "get" || operation.method == "head" || operation.method == "delete") continue;
    for (const Example& example : world_.examples(operation, role())) {
      ++asked;
      expect(ask(operation.method, example.path), operation, example);
    }
  }
  EXPECT_GT(asked, 25);
  EXPECT_EQ(events_left(), 4U);
}

TEST_P(Permission, to_delete_is_as_the_api_says) {
  std::vector<Operation> operations = test::operations();
  std::erase_if(operations, [](const Operation& one) { return one.method != "delete"; });
  // Whoever has logged out is nobody.
  std::ranges::stable_partition(operations, [](const Operation& one) { return one.path != "/session"; });
  std::size_t events = 4;
  for (const Operation& operation : operations) {
    const std::string more = operation.path == "/cameras/{id}" ? "?with_recordings=true" : "";
    const int done = test::body_schema(operation).is_null() ? 204 : 400;
    for (const Example& example : world_.examples(operation, role())) {
      const HttpAnswer answer = ask("delete", example.path + more);
      expect(answer, operation, example);
      if (refusal(operation, role(), example.permitted) != 0) continue;
      EXPECT_EQ(answer.status, done) << example.path << ": " << answer.body;
      if (operation.path == "/events/{id}") --events;
    }
  }
  EXPECT_EQ(operations.back().path, "/session");
  EXPECT_EQ(client_.get("/api/v1/me/tokens").status, 401);
  EXPECT_EQ(events_left(), events);
}

}  // namespace
}  // namespace vigil::server
