// Trains a clip network on clips: recipe + clips → weights, logs, report. What `vigil train` and cross-validation call.
//
//   auto run = train_clips(*recipe, *divided, {.out = "runs/seed-3dcnn"});
//   auto scores = score_clips(run->weights, divided->test, {});
//
// Seeds torch's generator with the recipe's seed, so one run at a time per process. Blocks. Free of torch.
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

#include "core/progress.h"
#include "core/result.h"
#include "learn/clip_division.h"
#include "learn/clip_sources.h"
#include "learn/metrics.h"
#include "learn/recipe.h"

namespace vigil::learn {

struct ClipTrainingOptions {
  std::filesystem::path out;    // made when missing; holds weights.safetensors and all that learn/trainer.h lists
  std::string device = "auto";  // "auto", "cpu", "cuda", "cuda:N"
  int threads = 0;              // torch's; 0: one per core
  FeatureFiles files = {};      // for nets on window features
  bool resume = false;          // go on from out/last.ckpt where there is one
  bool overwrite = false;       // start afresh although `out` holds a run
  std::stop_token stop = {};
  core::ProgressSink progress = {};
};

struct ClipTrainingOutcome {
  std::filesystem::path weights;  // a clip model (vision/clip_model.h) of the best epoch
  int epochs = 0;
  int best_epoch = 0;  // counted from 0
  Scores best;         // of the validation clips at the best epoch; of the training clips where there is no validation
  std::optional<Scores> test;  // where there are test clips; limited by trainer.limit_test_batches
  std::int64_t skipped_clips = 0;
};

// Errors: kInvalidArgument (no such network or device), kUnreadable (a clip; a checkpoint of another recipe), kIo,
// kCancelled (stopped; resume goes on), kInternal.
core::Result<ClipTrainingOutcome> train_clips(const Recipe& recipe, const DividedClips& clips,
                                              const ClipTrainingOptions& options);

}  // namespace vigil::learn
