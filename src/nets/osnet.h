// Osnet: a small network that says what a person looks like, as a vector: near for pictures of one person, far for two.
//
//   Osnet net({.embedding = 128});
//   torch::Tensor looks = net->forward(rgb);   // [N, 3, H, W] in 0–255 → [N, 128]
//
// Omni-scale network (Zhou, Yang, Cavallaro and Xiang 2019) at a quarter of its width, x0.25: each block looks through one
// to four small convolutions in a row, and a gate weighs for every picture which of the four ranges counts. Parameters carry
// the published names; 134,792 of them up to the last pooling. Any size; published weights were trained at 256 × 128. Serve
// it frozen: nn::freeze of conv_block.h. A net belongs to one thread at a time.
#pragma once

#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/pimpl.h>

#include "core/result.h"
#include "nn/conv_block.h"
#include "nn/onnx_weights.h"

namespace vigil::nets {

struct OsnetOptions {
  int embedding = 512;  // numbers in the result; at least 1
};

class OsnetImpl : public torch::nn::Module {
 public:
  explicit OsnetImpl(const OsnetOptions& options = {});

  // rgb: [N, 3, H, W] in 0–255, any float type, H and W at least 32. [N, embedding] float32, never below 0; not normalised.
  torch::Tensor forward(const torch::Tensor& rgb);

  // Takes an exported model in which batch normalisation is folded into the convolutions, by the names of its operations.
  // All or nothing. Errors: kUnreadable, naming what is missing or of another shape.
  core::Status load_onnx(const nn::OnnxWeights& model);

  const OsnetOptions& options() const { return options_; }

 private:
  OsnetOptions options_;
  nn::ConvBlock conv1_{nullptr}, conv5_{nullptr};
  torch::nn::Sequential conv2_, conv3_, conv4_, fc_;
};
TORCH_MODULE(Osnet);

}  // namespace vigil::nets
