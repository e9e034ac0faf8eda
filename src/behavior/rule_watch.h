// RuleWatch: one rule at work. Takes FrameMotions, gives the changes of the rule's events. Private to the room; RuleEngine
// makes one for each rule.
//
//   auto watch = make_rule_watch(rule, rules, {.width_px = 640, .height_px = 480});
//   watch->look(frame, schedule_is_on, changes);
//   watch->finish(changes);
//
// One thread at a time. Holds what is open, and what there is to remember of people seen in the last minute.
#pragma once

#include <memory>
#include <vector>

#include "behavior/motion_smoother.h"
#include "behavior/place.h"
#include "behavior/rule_set.h"
#include "core/event.h"

namespace vigil::behavior {

class RuleWatch {
 public:
  virtual ~RuleWatch() = default;

  // Frames in rising order of time; adds to `changes`. While the rule is off nobody meets it, but people are followed on.
  virtual void look(const FrameMotion& frame, bool on, std::vector<core::EventChange>& changes) = 0;

  // Ends what is open; nothing may be looked at afterwards.
  virtual void finish(std::vector<core::EventChange>& changes) = 0;
};

// Requires a rule of a valid set.
std::unique_ptr<RuleWatch> make_rule_watch(const Rule& rule, const RuleSet& rules, FrameSize size);

}  // namespace vigil::behavior
