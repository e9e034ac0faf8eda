// EventDetector: takes ScoredWindows in rising order of time, gives Events; turns a score into "something happened".
//
//   auto detector = EventDetector::create({.threshold_on = 0.6, .threshold_off = 0.4}, find_first_frame);
//   for (const EventChange& change : *detector->push(window)) tell(change);   // Result<std::vector<EventChange>>
//   for (const EventChange& change : detector->finish()) tell(change);        // at the end of the stream
//
// A window at or above `threshold_on` opens a candidate; windows at or above `threshold_off` keep it open; it ends with the
// last of them. One that opens at most `merge_gap` after the end of the one before continues it. As soon as it is
// `min_duration` long, after merging, it is confirmed: said once, with what is known by then. One that never gets there is
// dropped without a word. A confirmed event is ended once nothing can continue it: merge_gap after its end at the latest, or
// at finish(). For `cool_down` after that end no other opens.
//
// Times: Event::begin and end are those of the first and last window that kept it open, peak is the middle of the highest
// one (the earliest of equals). Event::windows holds those windows; of a long event at most max_windows stand for their
// neighbours, each the highest of its stretch (see score_envelope.h); score and mean_score stay exact. One thread at a time;
// constant memory.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "behavior/score_envelope.h"
#include "core/event.h"
#include "core/result.h"

namespace vigil::behavior {

struct EventDetectorOptions {
  double threshold_on = 0.6;                                 // (0, 1]; higher: fewer false events, more missed ones
  double threshold_off = 0.4;                                // (0, threshold_on]; lower: events hold together longer
  core::MediaDuration min_duration = core::MediaDuration();  // at least 0; a single window lasts as long as the window
  core::MediaDuration merge_gap = core::MediaDuration::from_seconds(2);  // at least 0; longer joins what belongs together
  core::MediaDuration cool_down = core::MediaDuration();  // at least 0; windows that begin sooner after an event are ignored
  std::size_t max_windows = 512;                          // kept per event; even, at least 2
  std::string kind = core::kViolence;                     // these three go into every event as they are
  std::string rule = std::string();
  std::string zone = std::string();

  // Errors: kInvalidArgument, naming the option, the value and the range.
  core::Status validate() const;
};

// Where an event really starts: given the window that opens it and the begin of the window before (nothing at the start of
// the stream), the time of the first violent frame. Called once per event that opens, before push() returns.
using OnsetFinder = std::function<core::Result<core::MediaTime>(const core::ScoredWindow& first,
                                                                std::optional<core::MediaTime> previous_begin)>;

class EventDetector {
 public:
  // An empty `onset` puts the first violent frame at the middle of the first window. Errors: as validate().
  static core::Result<EventDetector> create(EventDetectorOptions options, OnsetFinder onset = {});

  // What this window changes, in order: the end of the event before it, the confirmation of the one it belongs to. Requires
  // begins that rise strictly. Errors: those of the onset finder.
  core::Result<std::vector<core::EventChange>> push(const core::ScoredWindow& window);

  // The end of the confirmed event that is still open, if any; nothing may be pushed afterwards.
  std::vector<core::EventChange> finish();

  // Begin of what is open or may still be continued, confirmed or not; nothing: only another window can make an event.
  std::optional<core::MediaTime> open_since() const;

  // The confirmed event that is open or may still be continued.
  std::optional<core::Event> in_progress() const;

  // Whether there is a candidate or an event, open or such that it may still be continued.
  bool pending() const { return current_.has_value(); }

 private:
  struct Candidate {
    core::Event event;
    ScoreEnvelope windows;
    double sum = 0;
    std::size_t count = 0;
    bool open = true;        // false: ended, but a merge may continue it
    bool confirmed = false;  // and said so
  };

  EventDetector(EventDetectorOptions options, OnsetFinder onset);
  core::Status open(const core::ScoredWindow& window);
  void extend(const core::ScoredWindow& window);
  void end(std::vector<core::EventChange>& changes);
  core::Event event() const;

  EventDetectorOptions options_;
  OnsetFinder onset_;
  std::optional<Candidate> current_;
  std::optional<core::MediaTime> previous_begin_;
  std::optional<core::MediaTime> cool_until_;
};

}  // namespace vigil::behavior
