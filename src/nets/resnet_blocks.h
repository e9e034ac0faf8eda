// The residual blocks of ResNet-50 in the first published layout (stride in the first 1×1 of a stage), batch normalisation
// folded into the convolutions: what nets/resnet_trunk.h and nets/resnet50.h are made of.
//
//   blocks->push_back(ResnetBlock({"4a", 512, 256, 2, true}));
//   auto loaded = load_keras_block(tensors, "4a", *block);
//   FrozenResnetBlock frozen(*block);
//
// A block belongs to one thread at a time.
#pragma once

#include <optional>
#include <string>

#include <torch/nn/modules/conv.h>
#include <torch/nn/pimpl.h>

#include "core/result.h"
#include "nn/frozen_conv.h"
#include "nn/safetensors.h"

namespace vigil::nets {

struct ResnetBlockSpec {
  const char* name;  // in a Keras model: "2a"
  int in;            // maps
  int middle;        // maps between its convolutions; it gives four times as many
  int stride;
  bool project;  // the first block of a stage brings its input to the stage's width
};

class ResnetBlockImpl : public torch::nn::Module {
 public:
  explicit ResnetBlockImpl(const ResnetBlockSpec& spec);

  // [N, in, H, W] → [N, 4 middle, ceil(H/stride), ceil(W/stride)], ≥ 0.
  torch::Tensor forward(torch::Tensor x);

 private:
  friend class FrozenResnetBlock;
  torch::nn::Conv2d reduce_{nullptr}, middle_{nullptr}, expand_{nullptr};
  torch::nn::Conv2d project_{nullptr};  // empty: the input is added as it is
};
TORCH_MODULE(ResnetBlock);

// The same for serving, with a copy of the weights; equals the block within 1e-4 of the largest value.
class FrozenResnetBlock {
 public:
  explicit FrozenResnetBlock(const ResnetBlockImpl& block);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  nn::FrozenConv reduce_, middle_, expand_;
  std::optional<nn::FrozenConv> project_;
};

// Takes a convolution "conv/kernel", "conv/bias" and its batch normalisation "norm/gamma" … (eps 1e-3) of a Keras model.
// Errors: kUnreadable, naming what is missing.
core::Status load_keras_conv(const nn::TensorMap& tensors, const std::string& conv, const std::string& norm,
                             torch::nn::Conv2dImpl& target);

// All convolutions of the block of that name ("res4a_branch2a/kernel", "bn4a_branch2a/gamma" …). Errors: as above.
core::Status load_keras_block(const nn::TensorMap& tensors, const std::string& name, ResnetBlockImpl& block);

}  // namespace vigil::nets
