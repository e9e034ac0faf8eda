// ViolenceEvents: takes ScoredMoments in rising order of time, gives Events of violence with the people who took part.
//
//   auto events = ViolenceEvents::create({.scene = {.threshold_on = 0.6}}, find_first_frame);
//   for (const EventChange& change : *events->push(moment)) tell(change);
//   for (std::int64_t id : events->violent_people()) draw_red(id);
//   for (const EventChange& change : events->finish()) tell(change);
//
// The scene's score makes the events (event_detector.h). Beside it every person has two thresholds of their own: at
// `person_on` somebody becomes violent, and stays so down to `person_off`, or until unseen for `forget`. Who was violent in
// a window of an event is one of its people; their curve holds all their windows in it. One thread at a time; memory is
// bounded: at most kMostPeople of an event, kCurvePoints each.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "behavior/event_detector.h"
#include "behavior/score_envelope.h"
#include "core/event.h"
#include "core/result.h"

namespace vigil::behavior {

struct ViolenceEventOptions {
  EventDetectorOptions scene = {};
  double person_on = 0.6;   // (0, 1]; higher: fewer people are blamed wrongly, more are missed
  double person_off = 0.4;  // (0, person_on]
  core::MediaDuration forget = core::MediaDuration::from_seconds(4);  // above 0

  core::Status validate() const;  // kInvalidArgument, naming option, value and range
};

class ViolenceEvents {
 public:
  static constexpr std::size_t kMostPeople = 64;
  static constexpr std::size_t kCurvePoints = 256;

  // Errors: as validate().
  static core::Result<ViolenceEvents> create(const ViolenceEventOptions& options, OnsetFinder onset = {});

  // As EventDetector::push().
  core::Result<std::vector<core::EventChange>> push(const core::ScoredMoment& moment);
  std::vector<core::EventChange> finish();
  std::optional<core::Event> in_progress() const;

  // Those who are violent as of the latest moment, by id.
  std::vector<std::int64_t> violent_people() const;

 private:
  struct State {
    bool violent = false;
    core::MediaTime last_seen;
  };
  struct Part {  // of one person in the event that is pending
    ScoreEnvelope curve{kCurvePoints};
    std::optional<core::MediaTime> first;
    double score = 0;
  };

  ViolenceEvents(const ViolenceEventOptions& options, EventDetector detector);
  void judge(const core::ScoredMoment& moment);
  void take_part(const core::ScoredMoment& moment);
  void add_people(core::Event& event) const;

  ViolenceEventOptions options_;
  EventDetector detector_;
  std::map<std::int64_t, State> states_;
  std::map<std::int64_t, Part> parts_;
};

}  // namespace vigil::behavior
