// ScorerChoice: how `vigil analyze`, `demo`, `watch` and `bench line` are told what judges violence, and the scorer that it
// makes.
//
//   add_scorer_options(*command, choice);
//   auto scorer = load_scorer(choice, threads);
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/result.h"
#include "pipeline/clip_scorer.h"

namespace CLI {
class App;
}

namespace vigil::cli {

inline constexpr const char* kDefaultClassifier = "violence-clip";
inline constexpr const char* kDefaultPersonModel = "violence-person";

// As given on the command line. A name is one that find_weights() takes.
struct ScorerChoice {
  std::string weights = kDefaultClassifier;
  std::optional<std::string> person;  // "none": people are not judged; nothing: the default beside the default classifier
};

void add_scorer_options(CLI::App& command, ScorerChoice& choice);

// Errors: as find_weights, and those of loading.
core::Result<std::unique_ptr<pipeline::ClipScorer>> load_scorer(const ScorerChoice& choice, int threads);

}  // namespace vigil::cli
