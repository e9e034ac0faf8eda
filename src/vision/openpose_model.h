// An OpenPose network's weights with what is needed to serve them: in one safetensors file of ours, or as published.
//
//   auto model = load_openpose("checkpoint_iter_370000.pth");
//   if (auto saved = save_openpose("openpose.safetensors", *model->net, {.name = "openpose"}); !saved) …
//   model->net->forward(input);
//
// Blocks on disk; callable from any thread.
#pragma once

#include <filesystem>
#include <string>

#include "core/result.h"
#include "nets/openpose_mobilenet.h"

namespace vigil::vision {

struct OpenPoseModelInfo {
  std::string name;          // of these weights
  int input_width_px = 512;  // the largest input that they are meant for; multiples of 32 up to kMaxDetectorInput
  int input_height_px = 512;
};

struct SaveOpenPoseOptions {
  bool half = true;  // float16: half the size; false: float32, to the last bit
};

struct OpenPoseModel {
  OpenPoseModelInfo info;
  nets::OpenPoseMobileNet net{nullptr};  // in eval mode, on the CPU
};

// Atomic. Errors: as nn::save_weights, and kInvalidArgument (a field that load_openpose() would refuse).
core::Status save_openpose(const std::filesystem::path& path, const nets::OpenPoseMobileNetImpl& net,
                           const OpenPoseModelInfo& info, const SaveOpenPoseOptions& options = {});

// `path`: a safetensors file that save_openpose() wrote, or a torch checkpoint (.pth or .pt) with the network's state, alone
// or under "state_dict" beside other things. Errors: as nn::read_safetensors and nn::read_torch_checkpoint; kUnreadable
// (a field out of range, weights that do not fit), kUnsupported (another network).
core::Result<OpenPoseModel> load_openpose(const std::filesystem::path& path);

}  // namespace vigil::vision
