// Trains a network for people's looks on tracklets, of which nobody needs to say who is who: recipe + tracklets → weights,
// logs, report. What `vigil train` calls.
//
//   auto set = read_tracklets("street");
//   auto run = train_embedder(*recipe, set->tracklets, {.out = "runs/person-look"});
//   auto embedder = vision::Embedder::load(run->weights);
//
// Pictures of one tracklet show one person; those of two tracklets that were seen at one time, or in different scenes, show
// two (learn/tracklets.h). Scenes that the recipe holds out are not trained on. The loss is that of learn/looks_loss.h, the
// loop that of learn/trainer.h with its exact resume; nothing is chosen by looking at pictures. Seeds torch's generator with
// the recipe's seed, so one run at a time per process. Blocks. Free of torch.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "core/progress.h"
#include "core/result.h"
#include "learn/recipe.h"
#include "learn/tracklets.h"

namespace vigil::learn {

// Whether recipe.net names a network for looks.
bool trains_embedder(const Recipe& recipe);

struct EmbedderTrainingOptions {
  std::filesystem::path out;    // made when missing; holds weights.safetensors and all that learn/trainer.h lists
  std::string device = "auto";  // "auto", "cpu", "cuda", "cuda:N"
  int threads = 0;              // torch's; 0: one per core
  bool resume = false;          // go on from out/last.ckpt where there is one
  bool overwrite = false;       // start afresh although `out` holds a run
  std::stop_token stop = {};
  core::ProgressSink progress = {};
};

struct EmbedderTrainingOutcome {
  std::filesystem::path weights;  // vision/embedder_model.h
  std::int64_t people = 0;        // tracklets trained on
  int epochs = 0;
  double loss = 0;  // of training, in the last epoch
};

// Errors: kInvalidArgument (no such network or device, too few tracklets), kUnreadable (a picture, a checkpoint of another
// recipe), kIo, kCancelled (stopped; resume goes on), kInternal.
core::Result<EmbedderTrainingOutcome> train_embedder(const Recipe& recipe, std::vector<Tracklet> tracklets,
                                                     const EmbedderTrainingOptions& options);

}  // namespace vigil::learn
