// OneDnnConv: a convolution as a primitive of oneDNN, described once for each size of picture and then only executed. What
// nn/frozen_conv.h runs on CPUs.
//
//   OneDnnConv conv(folded, Activation::kSilu, torch::kBFloat16);
//   torch::Tensor y = conv(x);   // act(conv(x)), channels last
//
// libtorch's own operators stand on the same library, but describe the primitive anew at every call: 20 µs, which a network
// of a hundred small convolutions feels. The primitive is made for the number of threads there are (torch::get_num_threads),
// and again when that changes. One thread at a time.
#pragma once

#include <memory>

#include <torch/types.h>

#include "nn/frozen_conv.h"

namespace vigil::nn {

class OneDnnConv {
 public:
  // `dtype`: float32 or bfloat16, of inputs and outputs.
  OneDnnConv(const FoldedConv& conv, Activation activation, torch::Dtype dtype);
  ~OneDnnConv();
  OneDnnConv(OneDnnConv&&) noexcept;

  // `x`: [N, in, H, W] on the CPU, of `dtype`, channels last. Throws c10::Error where oneDNN fails.
  torch::Tensor operator()(const torch::Tensor& x);
  // Adds `shortcut`, of the result's shape, type and layout, before the activation.
  torch::Tensor operator()(const torch::Tensor& x, const torch::Tensor& shortcut);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::nn
