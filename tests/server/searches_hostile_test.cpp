// Hostile values in every parameter of every query, as openapi.json names them: they find nothing that the caller may not
// see, and break nothing.
#include <cctype>
#include <format>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "server/permission_api.h"
#include "server/permission_world.h"

namespace vigil::server {
namespace {

using nlohmann::json;
using test::HttpAnswer;
using test::HttpClient;
using test::kHidden;
using test::Operation;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::string>& hostile_values() {
  static const std::vector<std::string> kValues{"",
                                                "'",
                                                "\"",
                                                "1; DROP TABLE events",
                                                "1; DROP TABLE events; --",
                                                "' OR '1'='1",
                                                "' OR 1=1 --",
                                                "1 OR 1=1",
                                                "1) OR (1=1",
                                                "1,2,3) OR (1=1",
                                                "1 UNION SELECT name, address FROM cameras",
                                                "2026-01-01T00:00:00Z' OR '1'='1",
                                                "true OR true",
                                                "\\",
                                                std::string("\0", 1),
                                                std::string("1\0", 2),
                                                "*",
                                                "%",
                                                "_",
                                                "(",
                                                "NEAR(",
                                                "a\" OR b",
                                                "source:sesa*",
                                                "\xff\xfe",
                                                std::string(5000, 'a'),
                                                "-1",
                                                "0",
                                                "1,2,3",
                                                "99999999999999999999",
                                                "1e999",
                                                "NaN",
                                                "null",
                                                "[1,2,3]",
                                                "{\"$ne\": null}"};
  return kValues;
}

std::string encoded(const std::string& text) {
  std::string url;
  for (const unsigned char c : text)
    url += std::isalnum(c) ? std::string(1, static_cast<char>(c)) : std::format("%{:02X}", c);
  return url;
}

// The path with that parameter in place of the one that it may have already.
std::string with(const std::string& path, const std::string& field, const std::string& value) {
  const std::size_t query = path.find('?');
  std::string changed = path.substr(0, query) + '?' + field + '=' + encoded(value);
  for (std::size_t at = query; at != std::string::npos; at = path.find('&', at + 1)) {
    const std::string parameter = path.substr(at + 1, path.find('&', at + 1) - at - 1);
    if (!parameter.starts_with(field + '=')) changed += '&' + parameter;
  }
  return changed;
}

class HostileSearches : public testing::TestWithParam<std::string> {
 protected:
  HttpAnswer ask(const Operation& operation, const std::string& field, const std::string& value) {
    const bool endless = operation.path.ends_with("/mjpeg");
    return client_.send(
        {.method = endless ? "HEAD" : "GET", .path = with(world_.path(operation, GetParam()), field, value)});
  }

  // Of what is of the unseen camera, and for viewers of uploads too.
  void expect_nothing_hidden(const HttpAnswer& answer) const {
    if (GetParam() == "admin") return;
    EXPECT_THAT(answer.body, Not(HasSubstr(kHidden)));
    if (GetParam() == "operator") return;
    EXPECT_THAT(answer.body, Not(HasSubstr("film.mp4")));
  }

  test::World world_;
  HttpClient client_ = world_.as(GetParam());
};

INSTANTIATE_TEST_SUITE_P(Roles, HostileSearches, testing::Values("viewer", "operator", "admin"),
                         [](const auto& role) { return role.param; });

TEST_P(HostileSearches, find_nothing_that_is_not_permitted_and_break_nothing) {
  int fields = 0;
  for (const Operation& operation : test::operations()) {
    if (operation.method != "get") continue;
    for (const std::string& field : test::query_fields(operation)) {
      ++fields;
      for (const std::string& value : hostile_values()) {
        SCOPED_TRACE(std::format("{} {}={}", operation.shown(), field, value));
        const HttpAnswer answer = ask(operation, field, value);
        EXPECT_LT(answer.status, 500) << answer.body;
        expect_nothing_hidden(answer);
      }
    }
  }
  EXPECT_GT(fields, 25);
  HttpClient admin = world_.as("admin");
  EXPECT_EQ(admin.get("/api/v1/events").json()["events"].size(), 4U);
  EXPECT_EQ(admin.get("/api/v1/cameras").json().size(), 2U);
}

// Without what changes by itself.
json steady(const HttpAnswer& answer) {
  json body = answer.json();
  if (body.is_object()) body.erase("disk_free");
  return body;
}

TEST_P(HostileSearches, by_names_that_no_parameter_has_change_no_answer) {
  for (const Operation& operation : test::operations()) {
    if (operation.camera != "list" || operation.is_socket()) continue;
    const std::string path = world_.path(operation, GetParam());
    const json plain = steady(client_.get(path));
    for (const char* name : {"cameras", "source", "sort", "order_by", "where", "limit", "id", "e.camera_id", "1=1) OR (1"}) {
      SCOPED_TRACE(std::format("{} {}", operation.shown(), name));
      EXPECT_EQ(steady(client_.get(with(path, encoded(name), "1) OR (1=1"))), plain);
    }
  }
}

}  // namespace
}  // namespace vigil::server
