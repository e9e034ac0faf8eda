// Scenario: a text that gives scores over time and the events that must come of them; the language of
// tests/behavior/scenarios.
//
//   # comment
//   window 2  stride 1  on 0.6  off 0.4  merge 2  min 0  cool 0  smooth 0     seconds; the last four may be left out
//   scores 0.1 0.7 0.2                                                      one window per stride
//   at 60                                                                   the next window begins here
//   event 1-3 peak 2 score 0.7 mean 0.7                                     expected, in order
#pragma once

#include <filesystem>
#include <vector>

#include "behavior/event_detector.h"

namespace vigil::test {

struct Scenario {
  behavior::EventDetectorOptions options;
  core::MediaDuration smooth;
  std::vector<core::ScoredWindow> windows;
  std::vector<core::Event> expected;  // begin, end, peak, score and mean_score are set
};

// Throws std::runtime_error, naming file and word, when the text cannot be followed.
Scenario load_scenario(const std::filesystem::path& path);

}  // namespace vigil::test
