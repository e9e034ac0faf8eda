#include "behavior/rule_set.h"

#include <algorithm>
#include <format>
#include <set>
#include <utility>

namespace vigil::behavior {
namespace {

using core::MediaDuration;
using core::Status;

constexpr std::size_t kMost = 100;
constexpr double kDaySeconds = 86'400;

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

std::unexpected<core::Error> wrong(std::string message) {
  return core::fail(core::ErrorCode::kInvalidArgument, std::move(message));
}

Status check_range(std::string_view key, double value, double low, double high) {
  if (value >= low && value <= high) return {};
  return wrong(std::format("{} = {}: must be at least {} and at most {}", key, value, low, high));
}

Status check_numbers(const Condition& condition) {
  return std::visit(
      Overloaded{[](const ZoneCondition&) { return Status(); },
                 [](const LineCondition& line) { return check_range("margin", line.margin, 0.01, 10); },
                 [](const LoiteringCondition& loitering) { return check_range("radius", loitering.radius, 0.1, 100); },
                 [](const CrowdCondition& crowd) { return check_range("people", crowd.people, 1, 10'000); },
                 [](const RunningCondition& running) { return check_range("speed", running.speed, 0.1, 20); }},
      condition);
}

template <typename Named>
const Named* find(const std::vector<Named>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &Named::name);
  return found == all.end() ? nullptr : &*found;
}

template <typename Named>
std::string names_of(const std::vector<Named>& all) {
  std::string names;
  for (const Named& named : all) names += std::format("{}\"{}\"", names.empty() ? "" : ", ", named.name);
  return names.empty() ? "none" : names;
}

Status check_place(const Condition& condition, const RuleSet& rules) {
  const std::string& place = place_of(condition);
  if (std::holds_alternative<LineCondition>(condition)) {
    if (rules.find_line(place)) return {};
    return wrong(std::format("line = \"{}\": no such line; there are: {}", place, names_of(rules.lines)));
  }
  const bool needs_none = place.empty() && !std::holds_alternative<ZoneCondition>(condition);
  if (needs_none || rules.find_zone(place)) return {};
  return wrong(std::format("zone = \"{}\": no such zone; there are: {}", place, names_of(rules.zones)));
}

Status check_rule(const Rule& rule, const RuleSet& rules) {
  if (auto valid = check_place(rule.condition, rules); !valid) return valid;
  if (auto valid = check_numbers(rule.condition); !valid) return valid;
  for (const auto& [key, value] : {std::pair{"min_s", rule.min_duration}, std::pair{"merge_gap_s", rule.merge_gap},
                                   std::pair{"cool_down_s", rule.cool_down}}) {
    if (auto valid = check_range(key, value.seconds(), 0, kDaySeconds); !valid) return valid;
  }
  for (const ScheduleSpan& span : rule.schedule) {
    if (auto valid = span.validate(); !valid) return valid;
  }
  return {};
}

Status check_line(const Line& line) {
  const bool inside = std::ranges::all_of(std::vector{line.from.x, line.from.y, line.to.x, line.to.y},
                                          [](double share) { return share >= 0 && share <= 1; });
  if (!inside) return wrong("from, to: must lie in 0 to 1, shares of the picture's sides");
  if (line.from.x == line.to.x && line.from.y == line.to.y) return wrong("from and to are the same point");
  return {};
}

// Names must be there, and differ.
Status check_name(const std::string& name, std::string_view what, std::set<std::string_view>& taken) {
  if (name.empty()) return wrong(std::format("a {} without a name; give it one", what));
  if (!taken.insert(name).second) return wrong(std::format("{} \"{}\": the name is taken; give it another", what, name));
  return {};
}

Status check_count(std::string_view what, std::size_t count) {
  return count <= kMost ? Status() : wrong(std::format("{} {}; at most {} are possible", count, what, kMost));
}

}  // namespace

Rule Rule::of(std::string name, Condition condition) {
  const auto [least, gap] = std::visit(Overloaded{[](const ZoneCondition&) { return std::pair{1.0, 2.0}; },
                                                  [](const LineCondition&) { return std::pair{0.0, 0.0}; },
                                                  [](const LoiteringCondition&) { return std::pair{30.0, 5.0}; },
                                                  [](const CrowdCondition&) { return std::pair{5.0, 2.0}; },
                                                  [](const RunningCondition&) { return std::pair{1.0, 0.5}; }},
                                       condition);
  return {.name = std::move(name),
          .condition = std::move(condition),
          .min_duration = MediaDuration::from_seconds(least),
          .merge_gap = MediaDuration::from_seconds(gap),
          .cool_down = {},
          .schedule = {}};
}

const Zone* RuleSet::find_zone(std::string_view name) const { return find(zones, name); }

const Line* RuleSet::find_line(std::string_view name) const { return find(lines, name); }

core::Status RuleSet::validate() const {
  for (const auto& [what, count] :
       {std::pair{"zones", zones.size()}, std::pair{"lines", lines.size()}, std::pair{"rules", rules.size()}}) {
    if (auto valid = check_count(what, count); !valid) return valid;
  }
  std::set<std::string_view> places;
  for (const Zone& zone : zones) {
    if (auto valid = check_name(zone.name, "zone", places); !valid) return valid;
    if (zone.region.corners().empty()) return wrong(std::format("zone \"{}\": it has no corners", zone.name));
  }
  for (const Line& line : lines) {
    if (auto valid = check_name(line.name, "line", places); !valid) return valid;
    if (auto valid = check_line(line); !valid) {
      return std::unexpected(valid.error().with_context(std::format("line \"{}\"", line.name)));
    }
  }
  std::set<std::string_view> names;
  for (const Rule& rule : rules) {
    if (auto valid = check_name(rule.name, "rule", names); !valid) return valid;
    if (auto valid = check_rule(rule, *this); !valid) {
      return std::unexpected(valid.error().with_context(std::format("rule \"{}\"", rule.name)));
    }
  }
  return {};
}

std::string_view kind_of(const Condition& condition) {
  return std::visit(
      Overloaded{[](const ZoneCondition&) { return "zone"; }, [](const LineCondition&) { return "line"; },
                 [](const LoiteringCondition&) { return "loitering"; }, [](const CrowdCondition&) { return "crowd"; },
                 [](const RunningCondition&) { return "running"; }},
      condition);
}

const std::string& place_of(const Condition& condition) {
  return std::visit(Overloaded{[](const LineCondition& line) -> const std::string& { return line.line; },
                               [](const auto& other) -> const std::string& { return other.zone; }},
                    condition);
}

}  // namespace vigil::behavior
