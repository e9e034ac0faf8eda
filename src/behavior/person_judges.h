// The rules about single people, each as a judge: what a person's place and motion in a frame mean under the rule. Private
// to the room; PersonWatch does the rest.
//
// A judge has a Memory, of which each person gets one by meet(), and is called as judge(memory, person, frame) with frames
// in rising order of time.
#pragma once

#include <algorithm>
#include <optional>

#include "behavior/line_crossing.h"
#include "behavior/motion_smoother.h"
#include "behavior/place.h"
#include "behavior/rule_detector.h"
#include "behavior/stay.h"
#include "core/time.h"

namespace vigil::behavior {

// What a rule says of a person in a frame: a score of 0 where they do not meet it, and since when they do, where that is
// known better than by the frame.
struct Verdict {
  double score = 0;
  std::optional<core::MediaTime> since = {};
};

struct ZoneJudge {
  struct Memory {};
  Place place;

  Memory meet() const { return {}; }
  Verdict operator()(Memory&, const PersonMotion& person, const FrameMotion&) const {
    return {.score = place.holds(person) ? std::max(person.score, kYesScore) : 0};
  }
};

struct LineJudge {
  using Memory = LineCrossing;
  LineCondition condition;
  PixelLine line;

  Memory meet() const { return Memory(line); }
  Verdict operator()(Memory& crossing, const PersonMotion& person, const FrameMotion& frame) const {
    const auto crossed = crossing.push(frame.time, person.x_px, person.y_px, condition.margin * person.height_px);
    const bool counts =
        crossed && (condition.direction == LineDirection::kBoth || condition.direction == crossed->direction);
    if (!counts) return {};
    return {.score = std::max(person.score, kYesScore), .since = crossed->since};
  }
};

struct LoiteringJudge {
  using Memory = std::optional<Stay>;
  Place place;
  std::optional<Stay> stay;  // that has just begun; nothing in a zone

  Memory meet() const { return stay; }
  Verdict operator()(Memory& memory, const PersonMotion& person, const FrameMotion& frame) const {
    const bool stays =
        memory ? memory->holds(frame.time, frame.end, person.x_px, person.y_px, person.height_px) : place.holds(person);
    return {.score = stays ? std::max(person.score, kYesScore) : 0};
  }
};

struct RunningJudge {
  struct Memory {};
  Place place;
  double speed;

  Memory meet() const { return {}; }
  Verdict operator()(Memory&, const PersonMotion& person, const FrameMotion&) const {
    return {.score = place.holds(person) ? std::min(kLimitScore * person.speed / speed, 1.0) : 0};
  }
};

}  // namespace vigil::behavior
