// A detection network's weights with what is needed to serve them, in one safetensors file; the published TensorFlow.js
// model of NanoDet-g is taken as it is.
//
//   if (auto saved = save_detector("house.safetensors", *net, {.name = "house", .net = "nanodet-g"}); !saved) …
//   auto model = load_detector_model("house.safetensors");
//   model->net->grids(input);
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/result.h"
#include "nets/detection_net.h"

namespace vigil::vision {

struct DetectorModelInfo {
  std::string name;  // of these weights
  std::string net;   // of the network: "yolox-nano", "nanodet-g" …
  int classes = 80;
  int input_width_px = 0;   // what it was trained on; multiples of 32 up to kMaxDetectorInput. 0 and 0 when saving: as
  int input_height_px = 0;  // published for that network
};

struct SaveDetectorOptions {
  bool half = true;  // float16: half the size; false: float32, to the last bit
};

struct DetectorModel {
  DetectorModelInfo info;
  std::shared_ptr<nets::DetectionNet> net;  // in eval mode, on the CPU
};

// Atomic. Errors: as nn::save_weights, and kInvalidArgument (a field that load_detector_model() would refuse, or
// classes that are not the network's).
core::Status save_detector(const std::filesystem::path& path, const nets::DetectionNet& net, const DetectorModelInfo& info,
                           const SaveDetectorOptions& options = {});

// Errors: kNotFound, kUnreadable (no such file, a field out of range, weights that do not fit), kUnsupported (network; a
// TensorFlow.js model of another one).
core::Result<DetectorModel> load_detector_model(const std::filesystem::path& path);

}  // namespace vigil::vision
