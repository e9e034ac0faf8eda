// Conv3d: torch's 3D convolution with a weight gradient that holds in bf16 on CPUs. What networks here use for it.
//
//   Conv3d conv(torch::nn::Conv3dOptions(16, 16, 3).padding(1));
//   torch::Tensor y = conv->forward(x);   // [B, 16, T, H, W]; parameters "weight" and "bias", as torch's own
//
// oneDNN (seen with 3.7 under libtorch 2.6) computes the bf16 weight gradient of 3D convolutions with 16 or more channels
// from memory that it never wrote: it differs from run to run and is now and then not a number. Forward pass and input
// gradient are right. So under CPU autocast this layer computes the weight gradient, and it alone, in float32. Elsewhere it
// is torch's.
#pragma once

#include <torch/nn/modules/conv.h>
#include <torch/nn/pimpl.h>

namespace vigil::nn {

class Conv3dImpl : public torch::nn::Conv3dImpl {
 public:
  // Requires zero padding by number.
  explicit Conv3dImpl(const torch::nn::Conv3dOptions& given);

  torch::Tensor forward(const torch::Tensor& input);
};
TORCH_MODULE(Conv3d);

}  // namespace vigil::nn
