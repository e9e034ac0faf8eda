// Cross-validation: trains a recipe on each division of a data set into folds, for each seed, and measures every clip with
// weights that never saw it or its group. The honest figure of a recipe.
//
//   auto figures = cross_validate(recipe, *dataset, {.folds = 5, .seeds = {1, 2, 3}, .out = "runs/cv"});
//   figures->accuracy->mean;   // over all folds and seeds
//
// Each seed divides the clips anew and seeds the training. Runs lie in out/seed-S/fold-F, with scores.csv of the clips that
// were kept aside; under `resume` each goes on from where it was left. Blocks. Free of torch.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/progress.h"
#include "core/result.h"
#include "learn/clip_dataset.h"
#include "learn/clip_scoring.h"
#include "learn/clip_sources.h"
#include "learn/metrics.h"
#include "learn/recipe.h"

namespace vigil::learn {

struct FoldFigures {
  std::int64_t seed = 0;
  int fold = 0;  // counted from 1
  std::size_t train_clips = 0;
  std::size_t test_clips = 0;
  int epochs = 0;
  Scores scores;  // of the fold's own clips
};

// All clips of the data set, each scored by the weights that were trained without it.
struct SeedFigures {
  std::int64_t seed = 0;
  Scores scores;
  std::vector<ClipScore> clips;
};

struct CrossValidationOptions {
  int folds = 5;
  std::vector<std::int64_t> seeds = {1};
  bool random_split = false;  // ignore groups; never the figure to quote
  std::filesystem::path out;
  std::string device = "auto";
  int threads = 0;
  FeatureFiles files = {};  // for nets on window features
  bool resume = false;
  bool overwrite = false;  // start afresh although `out` holds runs
  std::stop_token stop = {};
  core::ProgressSink progress = {};                        // of the run under way
  std::function<void(const FoldFigures&)> fold_done = {};  // after each run, in order
};

struct CrossValidation {
  bool random_split = false;
  std::vector<FoldFigures> folds;       // seeds × folds
  std::vector<SeedFigures> seeds;       // out of fold
  std::optional<Spread> accuracy;       // over all folds of all seeds
  std::optional<Spread> auc;            // over the folds that hold both classes
  std::optional<Spread> seed_accuracy;  // out of fold, over seeds
  std::optional<Spread> seed_auc;
};

// What came of one fold: the clips that were kept aside, scored.
struct ScoredFold {
  std::int64_t seed = 0;
  int fold = 0;  // counted from 1
  std::size_t train_clips = 0;
  int epochs = 0;
  std::vector<ClipScore> clips;
};

// Figures of each fold, over all of them, and out of fold of each seed. `folds`: those of a seed together. Errors: as
// measure().
core::Result<CrossValidation> figures_of(const std::vector<ScoredFold>& folds, double threshold, bool random_split);

// Where the run of a fold (counted from 1) lies.
std::filesystem::path fold_folder(const std::filesystem::path& out, std::int64_t seed, int fold);

// Errors: kInvalidArgument (no seeds; folds), and as train_clips and score_clips.
core::Result<CrossValidation> cross_validate(const Recipe& recipe, const ClipDataset& dataset,
                                             const CrossValidationOptions& options);

}  // namespace vigil::learn
