// PoseEstimator: takes Frames, gives the people in each of them with 17 key points. Free of torch, so that behaviour and
// pipeline can use it.
//
//   auto estimator = PoseEstimator::load("movenet-multipose.json", {.score_threshold = 0.3F});
//   auto people = (*estimator)->estimate(frames);
//   for (const core::PersonPose& person : (*people)[0]) use(person.pose[core::KeyPoint::kLeftWrist]);
//
// All people of a frame at once, whatever their number; who of them is which track is told by vision/pose_matching.h. One
// thread at a time; inside, torch uses its own threads. Batched frames give what single ones give (within the arithmetic's
// rounding). Frames may differ in size; I420 is fastest, RGB is taken too. Deterministic.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/pose.h"
#include "core/result.h"
#include "media/frame.h"
#include "nn/precision.h"

namespace vigil::vision {

struct PoseEstimatorOptions {
  int input_width_px = 0, input_height_px = 0;  // multiples of 32; 0: the model's own. More finds smaller people, costs time
  float score_threshold = 0.25F;                // [0, 1]; more: fewer false people, more misses
  float max_iou = 0.65F;  // [0, 1]; of MoveNet: people whose boxes overlap more count as one. OpenPose tells them apart
  int max_people = 300;   // [1, 1000] a frame, surest first; bounds time
  nn::Precision precision = nn::Precision::kMixed16;
  std::string device = "auto";  // auto, cpu, cuda or cuda:N
  int threads = 0;              // above 0 sets torch's number for the whole process; 0 leaves it as it is

  core::Status validate() const;  // kInvalidArgument
};

struct PoseEstimatorInfo {
  std::string name;  // "movenet-multipose"
  std::string kind;  // "MoveNet", "OpenPose"
  int input_width_px = 0, input_height_px = 0;
};

class PoseEstimator {
 public:
  // `model`: the TensorFlow.js model of MoveNet MultiPose (.json), or an OpenPose network (vision/openpose_model.h): a
  // safetensors file of ours, or the published checkpoint (.pth or .pt; one from before PyTorch 1.6 has to be saved again).
  // Errors: kNotFound, kUnreadable (not such a model), kUnsupported (another kind of file, network or device),
  // kInvalidArgument (options).
  static core::Result<std::unique_ptr<PoseEstimator>> load(const std::filesystem::path& model,
                                                           const PoseEstimatorOptions& options = {});
  ~PoseEstimator();

  const PoseEstimatorInfo& info() const;

  // For each frame its people, surest first, in the frame's pixels; boxes lie inside it, key points may not. A key point's
  // score says how sure its place is; low scores belong to hidden ones, whose places are guesses. MoveNet's boxes show the
  // whole person, those of OpenPose go around the parts that it found. Blocks. Errors:
  // kInvalidArgument (a frame without a picture, or grey only), kInternal.
  core::Result<std::vector<std::vector<core::PersonPose>>> estimate(std::span<const media::Frame> frames);

 private:
  struct Impl;
  explicit PoseEstimator(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::vision
