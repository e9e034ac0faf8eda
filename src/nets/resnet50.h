// Resnet50: the whole of ResNet-50 up to its global average pooling: a picture in, 2048 numbers out that say what is in it.
//
//   Resnet50 network;
//   network->load_keras(*nn::read_tfjs_weights("resnet50.json"));
//   torch::Tensor looks = network->forward(to_trunk_input(pictures));   // [N, 2048]
//
// He, Zhang, Ren, Sun, "Deep residual learning", 2016; layout and folding as nets/resnet_trunk.h, which is its first part.
// 23,481,472 parameters. A network belongs to one thread at a time.
#pragma once

#include <vector>

#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/pimpl.h>

#include "core/result.h"
#include "nets/resnet_blocks.h"
#include "nets/resnet_trunk.h"
#include "nn/safetensors.h"

namespace vigil::nets {

class Resnet50Impl : public torch::nn::Module {
 public:
  static constexpr int kFeatures = 2048;

  Resnet50Impl();

  // [N, 3, H, W] float32 as to_trunk_input() gives them, 32 pixels or more each way. Returns [N, kFeatures], ≥ 0.
  torch::Tensor forward(torch::Tensor pictures);

  // As ResnetTrunkImpl::load_keras; the layer that names classes is ignored.
  core::Status load_keras(const nn::TensorMap& tensors);

 private:
  friend class FrozenResnet50;
  ResnetTrunk trunk_;
  torch::nn::ModuleList blocks_;
};
TORCH_MODULE(Resnet50);

// The same for serving: prepacked, activations and sums fused. A copy of the weights; one thread at a time.
class FrozenResnet50 {
 public:
  explicit FrozenResnet50(const Resnet50Impl& network);

  // As Resnet50Impl::forward within 1e-4 of the largest value.
  torch::Tensor forward(const torch::Tensor& pictures);

 private:
  FrozenTrunk trunk_;
  std::vector<FrozenResnetBlock> blocks_;
};

}  // namespace vigil::nets
