// ResnetTrunk: the first three stages of ResNet-50 (stem, res2, res3): a picture in, 512 maps at an eighth of its size out.
// Describes what moves where; the deeper stages name objects and only help to overfit.
//
//   ResnetTrunk trunk;
//   torch::Tensor maps = trunk->forward(bgr_to_trunk_input(pictures));   // [N, 512, ceil(H/8), ceil(W/8)]
//
// He, Zhang, Ren, Sun, "Deep residual learning", 2016, in the first published layout (stride in the first 1×1 of a stage),
// with batch normalisation folded into the convolutions. 1,439,872 parameters. A trunk belongs to one thread at a time.
#pragma once

#include <vector>

#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/pimpl.h>

#include "core/result.h"
#include "nets/resnet_blocks.h"
#include "nn/frozen_conv.h"
#include "nn/safetensors.h"

namespace vigil::nets {

class ResnetTrunkImpl : public torch::nn::Module {
 public:
  static constexpr int kMaps = 512;

  ResnetTrunkImpl();

  // [N, 3, H, W] float32: B, G, R in 0–255 minus the ImageNet means (see subtract_mean). Returns [N, 512, H/8, W/8], ≥ 0.
  torch::Tensor forward(torch::Tensor pictures);

  // Takes the weights of a Keras ResNet-50 ("conv1/kernel", "bn_conv1/gamma", "res2a_branch2a/kernel" …), folding each batch
  // normalisation (eps 1e-3) into its convolution; deeper layers are ignored. Errors: kUnreadable, naming what is missing.
  core::Status load_keras(const nn::TensorMap& tensors);

 private:
  friend class FrozenTrunk;
  torch::nn::Conv2d stem_{nullptr};
  torch::nn::ModuleList blocks_;
};
TORCH_MODULE(ResnetTrunk);

// The same for serving: prepacked, activations and sums fused. A copy of the weights; one thread at a time.
class FrozenTrunk {
 public:
  explicit FrozenTrunk(const ResnetTrunkImpl& trunk);

  // As ResnetTrunkImpl::forward within 1e-4 of the largest value; channels last in memory.
  torch::Tensor forward(const torch::Tensor& pictures);

 private:
  nn::FrozenConv stem_;
  std::vector<FrozenResnetBlock> blocks_;
};

// [N, H, W, 3] uint8 R, G, B → [N, 3, H, W] float32 B, G, R minus 103.939, 116.779, 123.68, channels last in memory.
torch::Tensor to_trunk_input(const torch::Tensor& rgb);

}  // namespace vigil::nets
