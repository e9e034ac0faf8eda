// Runs a Detector over pictures or a video with ground truth; what it finds goes to learn/detection_metrics.h.
//
//   auto detector = vision::Detector::load("yolox-nano.safetensors", {.score_threshold = 0.001F});
//   auto run = detect_in_video(**detector, "street.avi", *truth, {.every = 5});
//   auto scores = measure_detection(run->pictures);
//
// Of people only. Blocks; the detector is the caller's, one thread at a time. Free of torch.
#pragma once

#include <filesystem>
#include <span>
#include <stop_token>
#include <vector>

#include "core/progress.h"
#include "core/result.h"
#include "learn/coco_boxes.h"
#include "learn/detection_metrics.h"
#include "learn/mot_file.h"
#include "vision/detector.h"

namespace vigil::learn {

struct DetectionRunOptions {
  int every = 1;  // [1, 100000]; of a video: frames 0, every, 2 · every … are looked at
  std::stop_token stop = {};
  core::ProgressSink progress = {};  // in pictures
};

struct DetectionRun {
  std::vector<DetectionPicture> pictures;
  double seconds = 0;  // in the detector
};

// Errors: of opening and decoding a picture, of the detector; kCancelled.
core::Result<DetectionRun> detect_in_pictures(vision::Detector& detector, std::span<const CocoPicture> pictures,
                                              const DetectionRunOptions& options = {});

// Frame k of the truth is the video's frame k − 1; boxes of confidence 0 are ignored. Frames beyond the last that has truth
// are not looked at. Errors: as above, and kInvalidArgument (options, or a truth without boxes).
core::Result<DetectionRun> detect_in_video(vision::Detector& detector, const std::filesystem::path& video,
                                           std::span<const MotBox> truth, const DetectionRunOptions& options = {});

}  // namespace vigil::learn
