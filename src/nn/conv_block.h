// ConvBlock and ConvLayer: the convolutions of networks that are trained plain and served frozen; freeze() turns one into
// the other.
//
//   ConvBlock block({.in = 64, .out = 128, .kernel = 3, .stride = 2});   // convolution, batch normalisation, activation
//   net->eval();
//   freeze(*net, freeze_options(device, Precision::kMixed16));   // all blocks and layers inside `net`
//   torch::Tensor y = net->forward(x);
//
// A frozen module computes from its copy of the weights: loading or training afterwards does not change it, freezing again
// does. One thread at a time.
#pragma once

#include <optional>

#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/pimpl.h>

#include "nn/frozen_conv.h"

namespace vigil::nn {

// A module with a frozen form, which stands for all that the module holds.
class Freezable {
 public:
  virtual ~Freezable() = default;
  virtual void freeze(const FreezeOptions& how) = 0;
};

// Freezes the outermost Freezables inside `module` and moves what else it holds to options.device. Requires eval().
void freeze(torch::nn::Module& module, const FreezeOptions& options);

struct ConvBlockOptions {
  int in = 0, out = 0;
  int kernel = 1;  // odd; padding keeps the size at stride 1
  int stride = 1;
  int groups = 1;
  Activation activation = Activation::kSilu;
  double norm_eps = 1e-3;
  double norm_momentum = 0.03;
};

// Parameters "conv.weight", "bn.weight" … as the YOLO family names them.
class ConvBlockImpl : public torch::nn::Module, public Freezable {
 public:
  explicit ConvBlockImpl(const ConvBlockOptions& options);

  torch::Tensor forward(const torch::Tensor& x);

  FoldedConv folded() const { return fold(*conv_, norm_.get()); }
  Activation activation() const { return activation_; }
  void freeze(const FreezeOptions& how) override;

  // Takes a convolution that the normalisation was folded into, and makes the normalisation the identity. Shapes must fit.
  void load_folded(const torch::Tensor& weight, const torch::Tensor& bias);
  const torch::Tensor& weight() const { return conv_->weight; }

 private:
  torch::nn::Conv2d conv_;
  torch::nn::BatchNorm2d norm_;
  Activation activation_;
  std::optional<FrozenConv> frozen_;
};
TORCH_MODULE(ConvBlock);

enum class ConvPadding {
  kAsGiven,   // as the convolution's options say
  kTrailing,  // at stride 2 and kernel 3, one row below and one column right: "same" padding of even sizes in TensorFlow
};

// torch's convolution with an activation; parameters "weight" and "bias".
class ConvLayerImpl : public torch::nn::Conv2dImpl, public Freezable {
 public:
  // Requires for kTrailing: kernel 3, stride 2, padding 0.
  explicit ConvLayerImpl(const torch::nn::Conv2dOptions& given, Activation activation = Activation::kNone,
                         ConvPadding padding = ConvPadding::kAsGiven);

  torch::Tensor forward(const torch::Tensor& x);
  void freeze(const FreezeOptions& how) override;

 private:
  Activation activation_;
  ConvPadding padding_;
  std::optional<FrozenConv> frozen_;
};
TORCH_MODULE(ConvLayer);

}  // namespace vigil::nn
