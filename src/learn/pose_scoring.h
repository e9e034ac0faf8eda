// Runs a PoseEstimator over pictures with ground truth; whom it finds goes to learn/pose_metrics.h.
//
//   auto estimator = vision::PoseEstimator::load("movenet-multipose.json", {.score_threshold = 0.01F});
//   auto run = estimate_in_pictures(**estimator, *read_coco_poses("coco"));
//   auto scores = measure_poses(run->pictures);
//
// Blocks; the estimator is the caller's, one thread at a time. Free of torch.
#pragma once

#include <span>
#include <stop_token>
#include <vector>

#include "core/progress.h"
#include "core/result.h"
#include "learn/coco_poses.h"
#include "learn/pose_metrics.h"
#include "vision/pose_estimator.h"

namespace vigil::learn {

struct PoseRunOptions {
  std::stop_token stop = {};
  core::ProgressSink progress = {};  // in pictures
};

struct PoseRun {
  std::vector<PosePicture> pictures;
  double seconds = 0;  // in the estimator
};

// Errors: of opening and decoding a picture, of the estimator; kCancelled.
core::Result<PoseRun> estimate_in_pictures(vision::PoseEstimator& estimator, std::span<const CocoPosePicture> pictures,
                                           const PoseRunOptions& options = {});

}  // namespace vigil::learn
