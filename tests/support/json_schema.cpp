#include "support/json_schema.h"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

namespace vigil::test {
namespace {

using nlohmann::json;

bool has_type(const json& value, const std::string& type) {
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  return type == "null" && value.is_null();
}

class Checker {
 public:
  explicit Checker(const json& root) : root_(root) {}

  void check(const json& schema, const json& value, const std::string& place) {
    if (schema.contains("$ref")) {
      const auto target = schema["$ref"].get<std::string>();
      check(root_.at(json::json_pointer(target.substr(1))), value, place);
      return;
    }
    for (const auto& [keyword, rule] : schema.items()) check_keyword(schema, keyword, rule, value, place);
  }

  std::vector<std::string> violations;

 private:
  void check_keyword(const json& schema, const std::string& keyword, const json& rule, const json& value,
                     const std::string& place) {
    static const std::set<std::string> silent = {"$schema", "$id", "$defs", "title", "description"};
    if (keyword == "type") {
      const json types = rule.is_array() ? rule : json::array({rule});
      expect(std::ranges::any_of(types, [&](const json& type) { return has_type(value, type.get<std::string>()); }), place,
             "is not of type " + rule.dump());
    } else if (keyword == "required") {
      for (const json& name : rule) expect(!value.is_object() || value.contains(name), place, "lacks " + name.dump());
    } else if (keyword == "properties") {
      for (const auto& [name, inner] : rule.items()) {
        if (value.is_object() && value.contains(name)) check(inner, value[name], place + "/" + name);
      }
    } else if (keyword == "additionalProperties") {
      if (!value.is_object()) return;
      for (const auto& [name, ignored] : value.items()) {
        expect(schema["properties"].contains(name), place, "has the unknown member " + name);
      }
    } else if (keyword == "items") {
      for (std::size_t i = 0; value.is_array() && i < value.size(); ++i)
        check(rule, value[i], place + "/" + std::to_string(i));
    } else if (keyword == "enum") {
      expect(std::ranges::find(rule, value) != rule.end(), place, value.dump() + " is not one of " + rule.dump());
    } else if (keyword == "const") {
      expect(value == rule, place, value.dump() + " is not " + rule.dump());
    } else if (keyword == "minimum") {
      expect(!value.is_number() || value.get<double>() >= rule.get<double>(), place, "below " + rule.dump());
    } else if (keyword == "maximum") {
      expect(!value.is_number() || value.get<double>() <= rule.get<double>(), place, "above " + rule.dump());
    } else if (keyword == "minItems") {
      expect(!value.is_array() || value.size() >= rule.get<std::size_t>(), place, "fewer items than " + rule.dump());
    } else if (keyword == "maxItems") {
      expect(!value.is_array() || value.size() <= rule.get<std::size_t>(), place, "more items than " + rule.dump());
    } else {
      expect(silent.contains(keyword), place, "the schema's keyword " + keyword + " is not checked");
    }
  }

  void expect(bool holds, const std::string& place, const std::string& what) {
    if (!holds) violations.push_back((place.empty() ? "/" : place) + ": " + what);
  }

  const json& root_;
};

}  // namespace

std::vector<std::string> schema_violations(const json& schema, const json& document) {
  Checker checker(schema);
  checker.check(schema, document, "");
  return checker.violations;
}

}  // namespace vigil::test
