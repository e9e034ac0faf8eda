#include "station/camera_scene.h"

#include <algorithm>
#include <array>
#include <format>

#include <nlohmann/json.hpp>

namespace vigil::station {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kTables{
    {{"zones", "zone"}, {"lines", "line"}, {"rules", "rule"}, {"masks", "mask"}}};
constexpr std::size_t kMostTables = 200;  // of one kind

std::unexpected<core::Error> wrong(const std::string& sentence) {
  return core::fail(core::ErrorCode::kInvalidArgument, sentence);
}

// Strings of JSON are strings of TOML, and so are numbers; tables inside are written on one line.
std::string to_toml(const Json& value) {
  if (value.is_object()) {
    std::string text;
    for (const auto& [key, member] : value.items()) {
      if (member.is_null()) continue;
      text += std::format("{}{} = {}", text.empty() ? "" : ", ", Json(key).dump(), to_toml(member));
    }
    return "{ " + text + " }";
  }
  if (value.is_array()) {
    std::string text;
    for (const Json& element : value) text += (text.empty() ? "" : ", ") + to_toml(element);
    return "[" + text + "]";
  }
  return value.dump();
}

core::Status append_tables(std::string& toml, const Json& tables, std::string_view name) {
  if (!tables.is_array() || tables.size() > kMostTables) {
    return wrong(std::format("{}: must be a list of at most {} tables", name, kMostTables));
  }
  for (const Json& table : tables) {
    if (!table.is_object()) return wrong(std::format("{}: must be a list of tables", name));
    toml += std::format("[[{}]]\n", name);
    for (const auto& [key, value] : table.items()) {
      if (!value.is_null()) toml += std::format("{} = {}\n", Json(key).dump(), to_toml(value));
    }
  }
  return {};
}

}  // namespace

core::Result<CameraScene> read_scene(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    if (!json.is_object()) return wrong("a scene must be a JSON object");
    CameraScene scene;
    std::string toml;
    for (const auto& [key, value] : json.items()) {
      const auto* table = std::ranges::find(kTables, key, &std::pair<std::string_view, std::string_view>::first);
      if (table != kTables.end()) {
        if (auto appended = append_tables(toml, value, table->second); !appended) return std::unexpected(appended.error());
      } else if (key != "threshold") {
        return wrong(std::format("a scene has zones, lines, rules, masks and threshold, and no '{}'", key));
      } else if (!value.is_null()) {
        if (!value.is_number() || value.get<double>() < 0 || value.get<double>() > 1)
          return wrong("threshold: must be 0 … 1");
        scene.threshold = value.get<double>();
      }
    }
    auto rules = behavior::parse_rules(toml, "scene");
    if (!rules) return std::unexpected(rules.error());
    scene.rules = std::move(*rules);
    return scene;
  } catch (const Json::exception& error) {
    return wrong(std::format("the scene is not valid: {}", error.what()));
  }
}

core::Result<std::string> scene_of_rules(std::string_view toml, std::string_view origin) {
  const auto text = behavior::rules_as_json(toml, origin);
  if (!text) return std::unexpected(text.error());
  const Json tables = Json::parse(*text);
  Json scene = Json::parse(kEmptyScene);
  for (const auto& [member, table] : kTables) {
    if (tables.contains(table)) scene[member] = tables[table];
  }
  return scene.dump();
}

}  // namespace vigil::station
