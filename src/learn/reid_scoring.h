// Shows people to an Embedder for learn/reid_metrics.h: those of tracklets, or those of a video whose ground truth is known.
//
//   auto set = embed_tracklets(embedder, held_out);
//   auto scores = measure_reid(set->samples);
//
// Blocks; the embedder is the caller's. Free of torch.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "core/progress.h"
#include "core/result.h"
#include "learn/mot_file.h"
#include "learn/reid_metrics.h"
#include "vision/embedder.h"

namespace vigil::learn {

struct ReidSet {
  std::vector<std::unique_ptr<Tracklet>> people;  // that the samples point to
  std::vector<ReidSample> samples;
  double seconds = 0;  // that the embedder worked
};

struct ReidScoringOptions {
  int every = 5;  // at least 1; of a video, every so manieth frame
  std::stop_token stop = {};
  core::ProgressSink progress = {};  // in people, or frames
};

// Errors: of reading pictures and of the embedder; kCancelled.
core::Result<ReidSet> embed_tracklets(vision::Embedder& embedder, std::span<const Tracklet> tracklets,
                                      const ReidScoringOptions& options = {});

// The boxes of `truth` in a video of that; those to be ignored and those less than half inside the frame are left out.
// Errors: of opening and decoding, of the embedder; kInvalidArgument (options), kCancelled.
core::Result<ReidSet> embed_truth(vision::Embedder& embedder, const std::filesystem::path& video,
                                  std::span<const MotBox> truth, const ReidScoringOptions& options = {});

}  // namespace vigil::learn
