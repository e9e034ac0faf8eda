#include "behavior/rule_detector.h"

#include <optional>
#include <string>
#include <utility>

#include "core/check.h"

namespace vigil::behavior {
namespace {

constexpr std::size_t kEventWindows = 128;

core::Result<core::MediaTime> first_frame(const core::ScoredWindow& first, std::optional<core::MediaTime>) {
  return first.begin;
}

}  // namespace

EventDetector make_rule_detector(const Rule& rule, RuleThresholds thresholds) {
  auto detector = EventDetector::create({.threshold_on = thresholds.on,
                                         .threshold_off = thresholds.off,
                                         .min_duration = rule.min_duration,
                                         .merge_gap = rule.merge_gap,
                                         .cool_down = rule.cool_down,
                                         .max_windows = kEventWindows,
                                         .kind = std::string(kind_of(rule.condition)),
                                         .rule = rule.name,
                                         .zone = place_of(rule.condition)},
                                        first_frame);
  VIGIL_CHECK(detector.has_value(), "a valid rule makes a detector");
  return std::move(*detector);
}

std::vector<core::EventChange> push(EventDetector& detector, const core::ScoredWindow& window) {
  auto changes = detector.push(window);
  VIGIL_CHECK(changes.has_value(), "only the search for a first frame can fail, and a rule's cannot");
  return std::move(*changes);
}

}  // namespace vigil::behavior
