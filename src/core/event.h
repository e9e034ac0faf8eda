// Score and Event: what the analysis says of a stream. Plain structs that every later room can read without torch or FFmpeg.
#pragma once

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

// A stretch of time in which something happened.
struct Event {
  std::string kind;         // "violence"
  MediaTime begin;          // start of the first window of the event
  MediaTime end;            // end of its last window
  MediaTime peak;           // middle of the window with the highest score
  MediaTime first_violent;  // presentation time of the first violent frame (or the nearest one that could be decoded)
  double score = 0;         // highest window score, [0, 1]
  double mean_score = 0;    // mean over the event's windows, [0, 1]
  std::vector<ScoredWindow> windows;  // in rising order of time
};

}  // namespace vigil::core
