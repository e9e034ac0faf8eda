// PeopleScenario: a text that says how people walk through a picture, under which rules, and the events that must come of
// it; the language of tests/behavior/rule_scenarios.
//
//   # comment
//   frame 640x480  fps 10  until 20     of the picture; the scenario ends at that second, or with the last person
//   clock 2024-03-04 23:59:00           what the clock on the wall says at second 0; left out: not known
//   within 0.15                         seconds by which times may differ from those expected
//   rules                               until `end`: a rules file
//   [[zone]]
//   …
//   end
//   person 1 height 80 jitter 3         feet go straight from point to point; jitter: pixels by which each edge of a box
//   errs
//     0 100,300                         a second, and where in pixels
//     5 400,300
//     gap 2 3                           not in the frames of these seconds
//     glitch 4 4.4 0,-40                in the frames of these seconds the feet seem to be so many pixels from where they
//     are
//   event yard 1-5 of 1,2               rule, begin and end in seconds, people; in the order in which they end
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/people.h"

namespace vigil::test {

struct ExpectedEvent {
  std::string rule;
  double begin = 0;
  double end = 0;
  std::vector<std::int64_t> people;
};

struct PeopleScenario {
  int width_px = 640;
  int height_px = 480;
  std::optional<std::chrono::zoned_seconds> clock;
  double within = 0.15;
  std::string rules;  // TOML
  std::vector<core::FramePeople> frames;
  std::vector<ExpectedEvent> expected;
};

// Throws std::runtime_error, naming file and word, when the text cannot be followed.
PeopleScenario load_people_scenario(const std::filesystem::path& path);

}  // namespace vigil::test
