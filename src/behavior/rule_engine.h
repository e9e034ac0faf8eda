// RuleEngine: takes the people of every frame, gives what becomes of the events that a RuleSet names.
//
//   auto engine = RuleEngine::create(rules, {.frame_width_px = 1280, .frame_height_px = 720});
//   for (const EventChange& change : engine->push(people)) tell(change);
//   for (const EventChange& change : engine->finish()) tell(change);      // at the end of the stream
//
// Rules about single people (zone, line, loitering, running) have an event for each person, named in Event::people; a crowd
// has one at a time, which names the people who were there, at most 500. Every event is told when it is confirmed, and when
// it has ended (core/event.h). Boxes are smoothed over half a second before and after, so changes come that much later.
//
// Of an event: begin is the first frame in which the condition holds, and first_violent the same; of a crossing, that in
// which the feet are beyond the line first. end is that of the last such frame. The score says how sure the detector was of
// the person, at best; of crowd and running how far the limit was passed: 0.5 at it, 1 at twice of it. peak is the middle of
// the frame with the highest. id and source are left to the caller.
//
// One thread at a time. The same frames give the same changes in the same order. Memory does not grow with the stream: it
// holds a few seconds of boxes, what is open, and a minute of people.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "behavior/motion_smoother.h"
#include "behavior/rule_set.h"
#include "behavior/rule_watch.h"
#include "core/event.h"
#include "core/people.h"
#include "core/result.h"

namespace vigil::behavior {

struct RuleEngineOptions {
  int frame_width_px = 0;   // of the frames that boxes are in pixels of; above 0
  int frame_height_px = 0;  // the same
  // What the clock on the wall said at media time zero, in the zone of the camera, whose changes to summer time and back are
  // followed. Nothing: not known; then rules with a schedule are always on.
  std::optional<std::chrono::zoned_seconds> time_zero = std::nullopt;
};

class RuleEngine {
 public:
  // Errors: kInvalidArgument, as RuleSet::validate(), and sizes that are not above 0.
  static core::Result<RuleEngine> create(const RuleSet& rules, const RuleEngineOptions& options);

  // What became known of earlier frames by this one. Requires times that rise strictly.
  std::vector<core::EventChange> push(const core::FramePeople& frame);

  // Judges what is held back and ends what is open; nothing may be pushed afterwards.
  std::vector<core::EventChange> finish();

 private:
  struct Scheduled {
    std::unique_ptr<RuleWatch> watch;
    std::vector<ScheduleSpan> schedule;
  };

  RuleEngine() = default;
  void judge(const std::vector<FrameMotion>& frames, std::vector<core::EventChange>& changes);
  bool is_on(const std::vector<ScheduleSpan>& schedule, core::MediaTime time) const;

  MotionSmoother smoother_;
  std::vector<Scheduled> rules_;
  std::optional<std::chrono::zoned_seconds> time_zero_;
};

}  // namespace vigil::behavior
