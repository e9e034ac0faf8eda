// PeopleChoice: how `vigil analyze`, `demo` and `bench line` are told to find people, and the finder that it makes.
//
//   add_people_options(*command, choice);
//   auto finder = load_people_finder(choice);   // null: none wanted, or no weights here and none named
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "pipeline/people_stage.h"
#include "vision/people_finder.h"

namespace CLI {
class App;
}

namespace vigil::cli {

inline constexpr const char* kDefaultDetector = "person-nano";
inline constexpr const char* kDefaultPose = "movenet-multipose";
inline constexpr const char* kDefaultEmbedder = "person-look";
inline constexpr const char* kNone = "none";

// As given on the command line. A name is one that find_weights() takes, or "none".
struct PeopleChoice {
  std::optional<std::string> detector;
  std::optional<std::string> pose;
  std::optional<std::string> embedder;
  std::optional<double> fps;
  std::optional<float> min_score;
  std::optional<double> min_new_score;
  std::vector<int> input;                   // pixels that the detector is shown: a side, or width and height
  std::optional<std::array<int, 2>> tiles;  // columns, rows
  std::vector<std::string> regions, ignored;
  bool no_motion_gate = false;
  int threads = 0;  // of all networks; 0: one per core
};

void add_people_options(CLI::App& command, PeopleChoice& choice);

// Errors: kInvalidArgument (a region), naming it.
core::Result<pipeline::PeopleOptions> people_options(const PeopleChoice& choice);

// Null, with a line in the log, where the default weights are not on this machine. Errors: as find_weights for names that
// were given, and those of loading.
core::Result<std::unique_ptr<vision::PeopleFinder>> load_people_finder(const PeopleChoice& choice);

}  // namespace vigil::cli
