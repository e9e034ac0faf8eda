// LineChoice: how `vigil analyze` and `vigil watch` are told when something is an event and what its clip shows, and the
// options of the line that it makes.
//
//   add_line_options(*command, choice);
//   auto options = line_options(choice, people, scorer->info());
#pragma once

#include <optional>
#include <string>

#include "cli/people_options.h"
#include "core/result.h"
#include "pipeline/analysis_options.h"
#include "vision/clip_classifier.h"

namespace CLI {
class App;
}

namespace vigil::cli {

// As given on the command line; what is missing takes the default of the pipeline or of the weights.
struct LineChoice {
  std::optional<double> threshold_on;
  std::optional<double> threshold_off;
  std::optional<double> stride_s;
  std::optional<double> smoothing_s;
  std::optional<double> min_duration_s;
  std::optional<double> merge_gap_s;
  std::optional<double> pre_roll_s;
  std::optional<double> post_roll_s;
  std::string rules;  // a TOML file (docs/rules-toml.md); empty: none
};

void add_line_options(CLI::App& command, LineChoice& choice);

// Errors: kInvalidArgument (a region), and those of reading the rules.
core::Result<pipeline::AnalysisOptions> line_options(const LineChoice& choice, const PeopleChoice& people,
                                                     const vision::ClipClassifierInfo& classifier);

// kInvalidArgument where rules are given and nobody finds the people they are about.
core::Status check_rules(const pipeline::AnalysisOptions& options, const vision::PeopleFinder* people);

}  // namespace vigil::cli
