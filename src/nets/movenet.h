// MoveNet: a network that finds all people of a picture and their 17 key points in one pass, without boxes as a first step.
//
//   MoveNet net;
//   net->load_tfjs(*nn::read_tfjs_weights("movenet-multipose.json"));   // the published MultiPose weights
//   MoveNetMaps maps = net->forward(rgb);                               // [N, 3, H, W] in 0–255
//
// MobileNetV2 (width 1.4), a feature pyramid to a quarter of the picture's size, and six small heads, after "Objects as
// points" (Zhou, Wang, Krähenbühl 2019). Fully convolutional: any size that is a multiple of 32, any number of people.
// 4,723,346 parameters with batch normalisation folded, as published. Serve it frozen: nn::freeze of conv_block.h. A net
// belongs to one thread at a time.
#pragma once

#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/pimpl.h>

#include "core/result.h"
#include "nn/conv_block.h"
#include "nn/safetensors.h"

namespace vigil::nets {

// All [N, C, H/4, W/4]. Lengths are in cells, which are 4 pixels wide; pairs are y, x.
struct MoveNetMaps {
  torch::Tensor center;      // 1: logit that a person's middle lies in this cell
  torch::Tensor box_size;    // 2: height, width of the person around this middle
  torch::Tensor box_offset;  // 2: from the cell to the exact middle of the box
  torch::Tensor key_heat;    // 17: logit that somebody's key point lies in this cell
  torch::Tensor key_reach;   // 34: from a person's middle to each key point
  torch::Tensor key_offset;  // 34: from the cell to the exact key point
};

class MoveNetImpl : public torch::nn::Module {
 public:
  static constexpr int kKeyPoints = 17;
  static constexpr int kCellPx = 4;

  MoveNetImpl();

  // rgb: [N, 3, H, W] in 0–255, any float type; H and W multiples of 32.
  MoveNetMaps forward(const torch::Tensor& rgb);

  // Takes the published TensorFlow.js weights by their names. All or nothing. Errors: kUnreadable, naming what is missing or
  // of another shape.
  core::Status load_tfjs(const nn::TensorMap& tensors);

 private:
  torch::Tensor features(const torch::Tensor& x);

  nn::ConvLayer stem_{nullptr}, last_{nullptr};
  torch::nn::ModuleList blocks_, laterals_, merges_, heads_;
};
TORCH_MODULE(MoveNet);

}  // namespace vigil::nets
