// Score and Event: what the analysis says of a stream. Plain structs that every later room can read without torch or FFmpeg.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/time.h"

namespace vigil::core {

// The probability of violence in the window [begin, end) of a stream.
struct ScoredWindow {
  MediaTime begin;
  MediaTime end;
  double score = 0;  // [0, 1]
};

// The probability that one person takes part in violence.
struct PersonScore {
  std::int64_t id = 0;  // Track::id
  double score = 0;     // [0, 1]
};

// A window, and the people in it.
struct ScoredMoment {
  ScoredWindow window;              // of the whole scene
  std::vector<PersonScore> people;  // by id; those followed in the window
};

// Somebody who took part in an event.
struct EventPerson {
  std::int64_t id = 0;              // Track::id
  double score = 0;                 // highest of the curve, [0, 1]
  std::optional<MediaTime> first;   // first time at which this person was violent, or did what the rule names
  std::vector<ScoredWindow> curve;  // this person's own score while the event lasted, in rising order of time
};

inline constexpr const char* kViolence = "violence";  // Event::kind

// A stretch of time in which something happened.
struct Event {
  std::int64_t id = 0;  // from 1, in order of begin, within one stream
  std::string source;   // camera or file
  std::string kind;     // "violence", "zone", "line", "loitering", "crowd", "running"
  std::string rule;     // name of the rule that saw it; empty for violence
  std::string zone;     // name of the zone or line where it happened; empty: anywhere
  MediaTime begin;      // start of the first window of the event
  MediaTime end;        // end of its last window
  MediaTime peak;       // middle of the window with the highest score
  MediaTime
      first_violent;  // time of the frame that shows it first: the first violent one, or the nearest that could be decoded
  double score = 0;   // highest window score, [0, 1]
  double mean_score = 0;              // mean over the event's windows, [0, 1]
  std::vector<ScoredWindow> windows;  // in rising order of time
  std::vector<EventPerson> people;    // by id; empty where nobody could be told apart
};

// What becomes of an event: candidate until it has lasted long enough, confirmed until nothing continues it, then ended. A
// candidate that never lasts long enough is dropped, and nobody hears of it.
enum class EventState { kCandidate, kConfirmed, kEnded };

struct EventChange {
  EventState state = EventState::kEnded;
  Event event;  // as far as known
};

}  // namespace vigil::core
