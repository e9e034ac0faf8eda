// Scores clips with trained weights: the probability of each clip, the mean over windows spread over it. What `vigil eval`,
// `vigil predict` and cross-validation share.
//
//   auto scored = score_clips("models/violence-clip.safetensors", dataset->all, {});
//   auto scores = measure(scored->probabilities(), scored->labels(), scored->threshold);
//
// Blocks. One call at a time per process: it sets torch's threads. Free of torch.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "core/progress.h"
#include "core/result.h"
#include "learn/clip_set.h"
#include "learn/clip_sources.h"

namespace vigil::learn {

struct ClipScoringOptions {
  int windows = 0;              // per clip; 0: as the weights say (the recipe's data.eval_windows)
  std::string device = "auto";  // "auto", "cpu", "cuda", "cuda:N"
  int threads = 0;              // torch's; 0: one per core
  int workers = 0;              // decoding; 0: one per core
  FeatureFiles files = {};      // for nets on window features or people
  bool skip_broken = false;     // clips that cannot be read are left out with a warning
  std::stop_token stop = {};
  core::ProgressSink progress = {};  // in batches
};

struct ClipScore {
  ClipItem clip;
  double probability = 0;  // of violence, [0, 1]
};

struct ScoredClips {
  std::string model;       // the weights' own name
  double threshold = 0.5;  // the weights' own; a clip at or above it counts as violent
  std::string positive_class;
  std::string negative_class;
  int windows = 1;               // per clip
  std::vector<ClipScore> clips;  // in the order of the set
  std::int64_t skipped_clips = 0;
  double seconds = 0;  // wall time, decoding included

  std::vector<double> probabilities() const;
  std::vector<int> labels() const;
};

// Errors: as vision::load_clip_model for the weights; kUnreadable and kNotFound for a clip, naming it; kInvalidArgument
// (no clips, device); kCancelled.
core::Result<ScoredClips> score_clips(const std::filesystem::path& weights, const ClipSet& clips,
                                      const ClipScoringOptions& options);

// The trunk that a network on people was trained with, by the name its recipe gave (net.trunk); empty where the weights need
// none, or bring their own. Errors: as vision::load_clip_model.
core::Result<std::string> trunk_of(const std::filesystem::path& weights);

// The text of a CSV file with a row per clip: file,label,probability.
std::string scores_csv(const std::vector<ClipScore>& clips);

}  // namespace vigil::learn
