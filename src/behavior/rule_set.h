// RuleSet: what a user wants to hear of in a camera's picture: named places, and rules about what people do there.
//
//   RuleSet rules{.zones = {{.name = "yard", .region = yard}}};
//   rules.rules.push_back(Rule::of("no parking", LoiteringCondition{.zone = "yard"}));
//   if (auto valid = rules.validate(); !valid) …
//
// Places are shares of the picture's sides, so rules fit every resolution of a camera. Lengths and speeds are told in body
// heights of the person they are about, so they fit every distance from it. Plain values; messages name fields as the file
// has them (rule_file.h).
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "behavior/schedule.h"
#include "core/region.h"
#include "core/result.h"
#include "core/time.h"

namespace vigil::behavior {

struct Zone {
  std::string name;  // not empty; no other zone or line has it
  core::Region region;
};

// Has a direction: left and right are those of somebody who walks from `from` to `to` in the picture.
struct Line {
  std::string name;  // not empty; no other zone or line has it
  core::RegionCorner from;
  core::RegionCorner to;  // not the same point
};

// A person's feet are in the zone.
struct ZoneCondition {
  std::string zone;
};

enum class LineDirection { kBoth, kLeftToRight, kRightToLeft };

// A person's feet go from one side of the line to the other, between its ends. Counted once they are clearly there.
struct LineCondition {
  std::string line;
  LineDirection direction = LineDirection::kBoth;
  double margin =
      0.2;  // [0.01, 10] body heights beyond the line that are clearly there; less counts earlier, and jitter too
};

// A person stays in the zone or, without one, in a circle.
struct LoiteringCondition {
  std::string zone = std::string();  // empty: wherever it is
  double radius = 2;                 // [0.1, 100] body heights around where the person was so far; of no account in a zone
};

// There are so many people at once.
struct CrowdCondition {
  std::string zone = std::string();  // empty: the whole picture
  int people = 10;                   // [1, 10000]
};

// A person moves that fast across the picture. Straight towards the camera or away from it looks slower than it is.
struct RunningCondition {
  std::string zone = std::string();  // empty: the whole picture
  double speed = 1.5;                // [0.1, 20] body heights a second; a walk is about 0.8, a run more than 1.5
};

using Condition = std::variant<ZoneCondition, LineCondition, LoiteringCondition, CrowdCondition, RunningCondition>;

struct Rule {
  std::string name;  // not empty; no other rule has it
  Condition condition;
  core::MediaDuration min_duration;    // [0, 1] day; how long the condition must hold; a crossing takes no time
  core::MediaDuration merge_gap;       // [0, 1] day; shorter pauses and disappearances are forgiven
  core::MediaDuration cool_down;       // [0, 1] day; how long after an event's end the rule begins no other
  std::vector<ScheduleSpan> schedule;  // on while one of them holds; empty: always

  // With the durations that fit the condition: zone 1 s, merged over 2 s; line 0 and 0; loitering 30 s and 5 s; crowd 5 s
  // and 2 s; running 1 s and 0.5 s. No cool-down, no schedule.
  static Rule of(std::string name, Condition condition);
};

struct RuleSet {
  std::vector<Zone> zones = std::vector<Zone>();  // at most 100
  std::vector<Line> lines = std::vector<Line>();  // at most 100
  std::vector<Rule> rules = std::vector<Rule>();  // at most 100

  const Zone* find_zone(std::string_view name) const;  // null where there is none
  const Line* find_line(std::string_view name) const;

  // Errors: kInvalidArgument, naming the place or rule, the field, the value and the range.
  core::Status validate() const;
};

// "zone", "line", "loitering", "crowd" or "running": Event::kind.
std::string_view kind_of(const Condition& condition);

// Of its zone or line; empty where it needs none.
const std::string& place_of(const Condition& condition);

}  // namespace vigil::behavior
