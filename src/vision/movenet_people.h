// MoveNetPeople: runs a frozen MoveNet (nets/movenet.h) over parts of frames, gives the people in them with their poses.
// Behind vision/pose_estimator.h and vision/detector.h.
//
//   auto movenet = MoveNetPeople::load("movenet-multipose.json", {.width_px = 512, .height_px = 512, …});
//   auto people = movenet->find(parts);   // in pixels of each part's frame
//
// One thread at a time. Deterministic.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/pose.h"
#include "core/result.h"
#include "nets/movenet.h"
#include "nn/precision.h"
#include "vision/frame_part.h"
#include "vision/input_batch.h"
#include "vision/people_decoder.h"

namespace vigil::vision {

struct MoveNetOptions {
  int width_px = 0, height_px = 0;  // largest input; 0: 384 × 384
  PeopleDecoderOptions decoder;
  nn::Precision precision = nn::Precision::kMixed16;
  std::string device = "auto";
};

class MoveNetPeople {
 public:
  // `model`: the published TensorFlow.js model. Errors: as nn::read_tfjs_weights, MoveNetImpl::load_tfjs and
  // nn::choose_device.
  static core::Result<MoveNetPeople> load(const std::filesystem::path& model, const MoveNetOptions& options);

  InputSize input() const { return size_; }

  // For each part its people, surest first. Requires parts that passed Letterbox::check. Errors: kInternal.
  core::Result<std::vector<std::vector<core::PersonPose>>> find(std::span<const FramePart> parts);

 private:
  MoveNetPeople(nets::MoveNet net, InputSize size, const MoveNetOptions& options, const nn::FreezeOptions& how);

  nets::MoveNet net_;
  InputSize size_;
  PeopleDecoderOptions decoder_;
  InputBatch input_;
};

}  // namespace vigil::vision
