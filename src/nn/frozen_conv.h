// FrozenConv: a 2D convolution made ready for serving: batch normalisation folded in, activation fused, weights prepacked.
//
//   FrozenConv conv(fold(*block.conv, &*block.bn), Activation::kSilu, freeze_options(device, Precision::kMixed16));
//   torch::Tensor y = conv(x);              // act(bn(conv(x))), channels last
//   torch::Tensor z = expand(y, shortcut);  // act(bn(conv(y)) + shortcut): the end of a residual block
//
// On a CPU oneDNN runs it (nn/onednn_conv.h); elsewhere a plain convolution and an activation in place. Equals the plain
// modules within 1e-4 of the largest output in float32, 3e-2 in bf16 (tests/nn/frozen_conv_test.cpp). No gradients: call
// under torch::InferenceMode or NoGradGuard. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/types.h>

#include "nn/precision.h"

namespace vigil::nn {

enum class Activation { kNone, kRelu, kRelu6, kLeakyRelu, kSilu, kElu };

inline constexpr double kLeakySlope = 0.1;  // of kLeakyRelu

// In place, of any tensor. Differentiable.
torch::Tensor activate(torch::Tensor x, Activation activation);

struct FreezeOptions {
  torch::Device device = torch::kCPU;
  torch::Dtype dtype = torch::kFloat32;  // float32, bfloat16 or half (CUDA)
  bool fused = true;                     // through oneDNN on a CPU; false: plain operators, slower
};

// The width that is fastest there: half or bf16 on CUDA, bf16 on a CPU that has it, else float32.
FreezeOptions freeze_options(const torch::Device& device, Precision precision);

// A convolution's numbers, whatever module they came from.
struct FoldedConv {
  torch::Tensor weight;  // [out, in / groups, height, width] float32
  torch::Tensor bias;    // [out] float32
  std::vector<std::int64_t> stride = {1, 1}, padding = {0, 0}, dilation = {1, 1};
  std::int64_t groups = 1;
};

// `norm` may be null. Requires zero padding by number and, of `norm`, running statistics.
FoldedConv fold(const torch::nn::Conv2dImpl& conv, const torch::nn::BatchNorm2dImpl* norm = nullptr);

class OneDnnConv;

class FrozenConv {
 public:
  FrozenConv(const FoldedConv& conv, Activation activation, const FreezeOptions& options);
  ~FrozenConv();
  FrozenConv(FrozenConv&&) noexcept;

  // [N, in, H, W] of any float type, on options.device; [N, out, H', W'] of options.dtype, channels last.
  torch::Tensor operator()(const torch::Tensor& x);
  // Adds `shortcut`, of the result's shape and type, before the activation.
  torch::Tensor operator()(const torch::Tensor& x, const torch::Tensor& shortcut);

 private:
  torch::Tensor prepare(const torch::Tensor& x) const;
  torch::Tensor convolve(const torch::Tensor& x) const;

  FoldedConv conv_;
  Activation activation_;
  FreezeOptions options_;
  std::unique_ptr<OneDnnConv> fused_;  // null where plain operators run it
};

}  // namespace vigil::nn
