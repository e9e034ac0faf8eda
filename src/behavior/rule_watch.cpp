#include "behavior/rule_watch.h"

#include <optional>
#include <utility>
#include <variant>

#include "behavior/crowd_watch.h"
#include "behavior/person_watch.h"

namespace vigil::behavior {
namespace {

// Who slows down a little is still running.
constexpr double kStillRunning = 0.8;

template <typename Judge>
std::unique_ptr<RuleWatch> watch_people(const Rule& rule, Judge judge, RuleThresholds thresholds = {}) {
  return std::make_unique<PersonWatch<Judge>>(rule, thresholds, std::move(judge));
}

// Makes the watch of a rule whose condition is the argument.
struct WatchMaker {
  const Rule& rule;
  const RuleSet& rules;
  FrameSize size;

  std::unique_ptr<RuleWatch> operator()(const ZoneCondition& zone) const {
    return watch_people(rule, ZoneJudge{.place = Place(rules, zone.zone, size)});
  }

  std::unique_ptr<RuleWatch> operator()(const LineCondition& condition) const {
    const Line& line = *rules.find_line(condition.line);
    const PixelLine pixels{.from_x = line.from.x * size.width_px,
                           .from_y = line.from.y * size.height_px,
                           .to_x = line.to.x * size.width_px,
                           .to_y = line.to.y * size.height_px};
    return watch_people(rule, LineJudge{.condition = condition, .line = pixels});
  }

  std::unique_ptr<RuleWatch> operator()(const LoiteringCondition& loitering) const {
    const auto stay = loitering.zone.empty() ? std::optional(Stay(loitering.radius, rule.merge_gap)) : std::nullopt;
    return watch_people(rule, LoiteringJudge{.place = Place(rules, loitering.zone, size), .stay = stay});
  }

  std::unique_ptr<RuleWatch> operator()(const CrowdCondition& crowd) const {
    return std::make_unique<CrowdWatch>(rule, crowd.people, Place(rules, crowd.zone, size));
  }

  std::unique_ptr<RuleWatch> operator()(const RunningCondition& running) const {
    return watch_people(rule, RunningJudge{.place = Place(rules, running.zone, size), .speed = running.speed},
                        {.on = kLimitScore, .off = kStillRunning * kLimitScore});
  }
};

}  // namespace

std::unique_ptr<RuleWatch> make_rule_watch(const Rule& rule, const RuleSet& rules, FrameSize size) {
  return std::visit(WatchMaker{.rule = rule, .rules = rules, .size = size}, rule.condition);
}

}  // namespace vigil::behavior
