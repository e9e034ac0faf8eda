// AlertRule: which events are told through which channels, and how often at most.
//
//   auto rule = rule_from_json(R"({"name": "Night", "kinds": ["violence"], "channels": [1], "cool_down_s": 300,
//                                  "schedule": {"days": [], "from": "22:00", "until": "06:00"}})");
//
// Plain values; JSON is read strictly.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace vigil::alerts {

// Hours of the week, by the clock on the wall. Hours that go over midnight belong to the day on which they begin.
struct Schedule {
  std::vector<int> days = {};  // 0: Monday … 6: Sunday; empty: all
  std::chrono::minutes from = std::chrono::minutes(0);
  std::chrono::minutes until = std::chrono::hours(24);  // above `from`: the same day; below: the next one; never the same

  bool covers(std::chrono::local_seconds time) const;
  bool operator==(const Schedule&) const = default;
};

enum class TellWhen { kBegun, kEnded, kBoth };

struct AlertRule {
  std::int64_t id = 0;
  std::string name = {};
  bool enabled = true;
  std::vector<std::int64_t> cameras = {};                     // empty: all
  std::vector<std::string> kinds = {};                        // of kAlertKinds; empty: all
  std::vector<std::string> rules = {};                        // names of the rules that see events; empty: all
  double least_score = 0;                                     // [0, 1]; events below are not told
  std::optional<Schedule> schedule = {};                      // nothing: always
  std::chrono::seconds cool_down = std::chrono::seconds(60);  // per camera; what comes within is counted, not told; 0: none
  std::vector<std::int64_t> channels = {};                    // ids
  TellWhen when = TellWhen::kBegun;

  bool operator==(const AlertRule&) const = default;
};

std::string to_json(const AlertRule& rule);

// Members that are missing have the values above; `name` must be there. Errors: kInvalidArgument.
core::Result<AlertRule> rule_from_json(std::string_view json);

}  // namespace vigil::alerts
