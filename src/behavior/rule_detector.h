// The EventDetector that a rule's events come from, and what its scores mean. Private to the room.
//
//   EventDetector detector = make_rule_detector(rule, {.on = kLimitScore, .off = kLimitScore});
//   for (core::EventChange& change : push(detector, window)) …
#pragma once

#include <vector>

#include "behavior/event_detector.h"
#include "behavior/rule_set.h"
#include "core/event.h"

namespace vigil::behavior {

// Of conditions with a limit (how fast, how many): the score at the limit. Twice the limit scores 1.
inline constexpr double kLimitScore = 0.5;

// Of conditions that hold or do not: the least score of those that do. The score is how sure the detector is of the person.
inline constexpr double kYesScore = 0.001;

struct RuleThresholds {
  double on = kYesScore;
  double off = kYesScore;
};

// Its events show what the rule names from their first frame on. Requires a rule of a valid set.
EventDetector make_rule_detector(const Rule& rule, RuleThresholds thresholds);

// Of such a detector, whose push cannot fail.
std::vector<core::EventChange> push(EventDetector& detector, const core::ScoredWindow& window);

}  // namespace vigil::behavior
