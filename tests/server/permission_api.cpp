#include "server/permission_api.h"

#include <algorithm>
#include <array>
#include <format>
#include <string_view>

#include "support/make_media.h"

namespace vigil::test {
namespace {

using nlohmann::json;

const json& document() {
  static const json document = json::parse(read_bytes(VIGIL_SOURCE_DIR "/src/server/openapi.json"));
  return document;
}

}  // namespace

bool Operation::is_socket() const { return description.at("responses").contains("101"); }

bool Operation::changes_something() const {
  static constexpr std::array<std::string_view, 4> kChanging{"post", "put", "patch", "delete"};
  return std::ranges::contains(kChanging, method);
}

std::string Operation::shown() const { return std::format("{} {}", method, path); }

json api() { return document(); }

std::vector<Operation> operations() {
  std::vector<Operation> all;
  for (const auto& [path, methods] : document().at("paths").items()) {
    for (const auto& [method, operation] : methods.items()) {
      all.push_back({.method = method,
                     .path = path,
                     .access = operation.at("x-vigil-access"),
                     .camera = operation.value("x-vigil-camera", ""),
                     .description = operation});
    }
  }
  return all;
}

std::vector<std::string> query_fields(const Operation& operation, QueryFields which) {
  std::vector<std::string> names;
  for (const json& parameter : operation.description.value("parameters", json::array())) {
    const json field = resolved(parameter);
    if (field.at("in") != "query" || (which == QueryFields::kRequired && !field.value("required", false))) continue;
    names.push_back(field.at("name"));
  }
  return names;
}

json body_schema(const Operation& operation) {
  const json::json_pointer at("/requestBody/content/application~1json/schema");
  return operation.description.contains(at) ? resolved(operation.description.at(at)) : json();
}

json resolved(const json& schema) {
  if (!schema.contains("$ref")) return schema;
  return document().at(json::json_pointer(schema.at("$ref").get<std::string>().substr(1)));
}

}  // namespace vigil::test
