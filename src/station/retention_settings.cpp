#include "station/retention_settings.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <format>
#include <limits>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

namespace vigil::station {
namespace {

using archive::RetentionRule;
using Json = nlohmann::ordered_json;

constexpr const char* kName = "retention";
constexpr std::array<std::string_view, 3> kFootage{"recordings", "events", "dismissed_events"};

constexpr std::uint64_t kMostDays = std::numeric_limits<int>::max();  // more are refused as that many are

std::uint64_t whole(const Json& value, const std::string& key) {
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  throw std::domain_error(std::format("{}: must be a whole number above 0", key));
}

}  // namespace

core::Result<std::vector<RetentionRule>> read_retention(std::string_view text) {
  const auto wrong = [](const std::string& sentence) { return core::fail(core::ErrorCode::kInvalidArgument, sentence); };
  try {
    std::vector<RetentionRule> rules;
    for (const Json& json : Json::parse(text)) {
      RetentionRule rule;
      for (const auto& [key, value] : json.items()) {
        if (key == "footage") {
          const auto* found = std::ranges::find(kFootage, value.get<std::string>());
          if (found == kFootage.end()) return wrong("footage: must be recordings, events or dismissed_events");
          rule.footage = static_cast<archive::Footage>(found - kFootage.begin());
        } else if (key == "camera_id") {
          if (!value.is_null()) rule.camera_id = value.get<std::int64_t>();
        } else if (key == "days") {
          if (!value.is_null()) rule.days = static_cast<int>(std::min(whole(value, key), kMostDays));
        } else if (key == "bytes") {
          if (!value.is_null()) rule.bytes = whole(value, key);
        } else {
          return wrong(std::format("a rule of retention has footage, camera_id, days and bytes, and no '{}'", key));
        }
      }
      if (auto valid = rule.validate(); !valid) return std::unexpected(valid.error());
      rules.push_back(rule);
    }
    return rules;
  } catch (const std::domain_error& error) {
    return wrong(error.what());
  } catch (const Json::exception& error) {
    return wrong(std::format("the rules of retention are not valid: {}", error.what()));
  }
}

std::string to_json(const std::vector<RetentionRule>& rules) {
  Json all = Json::array();
  for (const RetentionRule& rule : rules) {
    Json json{{"footage", kFootage[static_cast<std::size_t>(rule.footage)]}};
    if (rule.camera_id) json["camera_id"] = *rule.camera_id;
    if (rule.days) json["days"] = *rule.days;
    if (rule.bytes) json["bytes"] = *rule.bytes;
    all.push_back(std::move(json));
  }
  return all.dump();
}

core::Result<std::vector<RetentionRule>> load_retention(archive::Settings& settings) {
  const auto text = settings.get(kName);
  if (!text) return std::unexpected(text.error());
  return *text ? read_retention(**text) : std::vector<RetentionRule>();
}

core::Status save_retention(archive::Settings& settings, const std::vector<RetentionRule>& rules) {
  return settings.set(kName, to_json(rules));
}

}  // namespace vigil::station
