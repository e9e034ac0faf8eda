// OpenPoseMobileNet: a network that draws, for a picture with any number of people, where each kind of body part lies and in
// which direction each kind of limb runs.
//
//   OpenPoseMobileNet net;
//   auto tensors = nn::read_torch_checkpoint("checkpoint_iter_370000.pth");
//   if (auto loaded = nn::load_weights(nn::take_prefix(*tensors, "state_dict."), *net); !loaded) …
//   OpenPoseMaps maps = net->forward(bgr);   // [N, 3, H, W] in 0–255
//
// Osokin, "Real-time 2D multi-person pose estimation on CPU: Lightweight OpenPose", 2018: MobileNet v1 whose last blocks are
// dilated instead of strided, a first stage that draws the maps and one that refines them. Names of parameters and buffers
// are those of the published checkpoint ("model.0.0.weight", "refinement_stages.0.trunk.0.trunk.1.1.running_mean").
// 4,091,698 parameters. What becomes of the maps: vision/openpose_decoder.h. Serve it frozen: nn::freeze of conv_block.h. A
// net belongs to one thread at a time; construction draws from torch's global generator.
#pragma once

#include <vector>

#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/pimpl.h>

#include "nn/conv_block.h"

namespace vigil::nets {

// Both [N, C, H/8, W/8]; a cell is 8 pixels wide and its value stands for its middle.
struct OpenPoseMaps {
  torch::Tensor parts;  // 19: confidence that this part of somebody lies here, in OpenPose's order; the last: that none does
  torch::Tensor limbs;  // 38: a vector x, y for each of 19 limbs, of length one on the limb, along it
};

class OpenPoseMobileNetImpl : public torch::nn::Module {
 public:
  static constexpr int kPartMaps = 19;
  static constexpr int kLimbMaps = 38;
  static constexpr int kCellPx = 8;

  OpenPoseMobileNetImpl();

  // bgr: [N, 3, H, W] in 0–255, any float type; H and W multiples of 8. The refined maps.
  OpenPoseMaps forward(const torch::Tensor& bgr);

  // The maps of each stage, the refined ones last: training compares all of them with the truth.
  std::vector<OpenPoseMaps> stages(const torch::Tensor& bgr);

 private:
  torch::nn::ModuleList model_, refinements_;
  std::shared_ptr<torch::nn::Module> context_, first_;
};
TORCH_MODULE(OpenPoseMobileNet);

}  // namespace vigil::nets
