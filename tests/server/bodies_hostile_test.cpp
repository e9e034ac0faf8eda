// Bodies that are no JSON, too deep, too large, or say what openapi.json does not know or otherwise: every operation that
// takes a body refuses them, and changes nothing.
#include <algorithm>
#include <cctype>
#include <format>
#include <functional>
#include <map>
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
using test::Operation;
using test::resolved;

// Some value that a field may have.
json some(const json& field) {
  const json schema = resolved(field);
  if (schema.contains("enum")) return schema.at("enum").at(0);
  const std::string type = schema.value("type", "null");
  if (type == "string") return schema.value("format", "") == "date-time" ? "2100-01-01T00:00:00Z" : "text";
  if (type == "integer") return 1;
  if (type == "number") return 0.5;
  if (type == "boolean") return true;
  if (type == "array") return json::array();
  return type == "object" ? json::object() : json();
}

// Values that a field cannot have.
std::vector<json> wrong(const json& field) {
  const json schema = resolved(field);
  const std::string type = schema.value("type", "null");
  std::vector<json> values;
  const auto of_other_types = [&](std::initializer_list<json> all) {
    std::ranges::copy_if(all, std::back_inserter(values), [&](const json& one) {
      return one.type() != some(field).type() && !(one.is_number() && some(field).is_number());
    });
  };
  of_other_types({"text", 17, 1.5, true, json::array(), json::object()});
  if (schema.contains("enum")) values.emplace_back("no such value");
  if (type == "string") values.insert(values.end(), {std::string(20'001, 'a'), std::string("a\0b", 3)});
  if (type == "integer") values.insert(values.end(), {1.5, 18446744073709551615U});
  if (type == "object") values.push_back({{"surprise", 1}});
  if (type == "array") {
    for (const json& one : wrong(schema.at("items"))) values.push_back(json::array({one}));
  }
  return values;
}

json without(json body, const std::string& field) {
  body.erase(field);
  return body;
}

json with(json body, const std::string& field, const json& value) {
  body[field] = value;
  return body;
}

std::string nested(const std::string& begin, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += begin;
  return text;
}

class HostileBodies : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* role : {"nobody", "viewer", "operator", "admin"}) clients_.emplace(role, world_.as(role));
  }

  HttpAnswer send(const Operation& operation, const std::string& body) {
    const std::string role = operation.access == "public" ? "nobody" : operation.access;
    std::string verb = operation.method;
    std::ranges::transform(verb, verb.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return clients_.at(role).send(
        {.method = verb, .path = world_.path(operation, role), .body = body, .headers = {"Content-Type: application/json"}});
  }

  // Calls `ask` for each operation with a body, with a body that it might take. At the end nothing has changed.
  void each(const std::function<void(const Operation&, const json& schema, const json& body)>& ask) {
    const std::string before = state();
    int asked = 0;
    for (const Operation& operation : test::operations()) {
      const json schema = test::body_schema(operation);
      if (schema.is_null()) continue;
      ++asked;
      json body = json::object();
      for (const auto& [name, field] : schema.at("properties").items()) body[name] = some(field);
      SCOPED_TRACE(operation.shown());
      ask(operation, schema, body);
    }
    EXPECT_GT(asked, 15);
    EXPECT_EQ(state(), before);
  }

  std::string state() {
    HttpClient& admin = clients_.at("admin");
    std::string all;
    for (const char* path : {"users", "cameras", "settings", "alerts", "jobs", "me/tokens", "me/sessions", "events"}) {
      json part = admin.get(std::string("/api/v1/") + path).json();
      if (std::string_view(path) == "me/sessions") part = part.size();  // when it was seen last is another each time
      all += part.dump() + '\n';
    }
    all += admin.get("/api/v1/retention").json().at("rules").dump();
    return all + clients_.at("viewer").get("/api/v1/me/tokens").body;
  }

  test::World world_;
  std::map<std::string, HttpClient> clients_;  // by role
};

TEST_F(HostileBodies, that_are_no_json_object_are_refused) {
  const std::vector<std::string> bodies{"",
                                        "{",
                                        "}",
                                        "[]",
                                        "[{}]",
                                        "\"text\"",
                                        "17",
                                        "null",
                                        "true",
                                        "{\"name\": ",
                                        "{\"name\" \"text\"}",
                                        "{'name': 'text'}",
                                        "{} {}",
                                        "name=text",
                                        "\xff\xfe",
                                        "{\"name\": \"\xff\"}",
                                        "<a/>",
                                        nested("[", 100'000),
                                        nested("{\"name\":", 100'000)};
  each([&](const Operation& operation, const json&, const json&) {
    for (const std::string& body : bodies) {
      const HttpAnswer answer = send(operation, body);
      EXPECT_EQ(answer.status, 400) << body.substr(0, 40) << ": " << answer.body;
    }
  });
}

TEST_F(HostileBodies, that_are_too_deep_or_too_large_are_refused) {
  each([&](const Operation& operation, const json& schema, const json& body) {
    for (const auto& [name, field] : schema.at("properties").items()) {
      const std::string deep = std::format("{{\"{}\": {}1{}}}", name, nested("[", 1000), nested("]", 1000));
      EXPECT_EQ(send(operation, deep).status, 400) << name;
    }
    const HttpAnswer large = send(operation, with(body, "surprise", std::string(2 << 20, 'a')).dump());
    EXPECT_EQ(large.status, 413) << large.body.substr(0, 200);
  });
}

TEST_F(HostileBodies, with_values_of_another_kind_are_refused) {
  each([&](const Operation& operation, const json& schema, const json& body) {
    for (const auto& [name, field] : schema.at("properties").items()) {
      for (const json& value : wrong(field)) {
        // Beside fields that are as they should be, and where it is the only one.
        for (const json& sent : {with(body, name, value), with(json::object(), name, value)}) {
          const HttpAnswer answer = send(operation, sent.dump());
          EXPECT_EQ(answer.status, 422) << sent.dump().substr(0, 200) << ": " << answer.body;
        }
      }
    }
  });
}

TEST_F(HostileBodies, with_more_or_fewer_fields_are_refused) {
  each([&](const Operation& operation, const json& schema, const json& body) {
    const HttpAnswer more = send(operation, with(body, "surprise", 1).dump());
    EXPECT_EQ(more.status, 422) << more.body;
    EXPECT_EQ(more.code(), "unknown_field") << more.body;
    for (const json& name : schema.at("required")) {
      const HttpAnswer fewer = send(operation, without(body, name).dump());
      EXPECT_EQ(fewer.status, 422) << name << ": " << fewer.body;
    }
  });
}

}  // namespace
}  // namespace vigil::server
