#include "nn/conv_block.h"

#include <torch/torch.h>

#include "core/check.h"

namespace vigil::nn {
namespace {

// A Freezable answers for what it holds: freezing that too would keep weights that nothing uses.
void freeze_outermost(torch::nn::Module& module, const FreezeOptions& options) {
  if (auto* freezable = dynamic_cast<Freezable*>(&module)) return freezable->freeze(options);
  for (const auto& child : module.children()) freeze_outermost(*child, options);
}

}  // namespace

void freeze(torch::nn::Module& module, const FreezeOptions& options) {
  VIGIL_CHECK(!module.is_training(), "eval() before freezing");
  module.to(options.device);
  freeze_outermost(module, options);
}

ConvBlockImpl::ConvBlockImpl(const ConvBlockOptions& options)
    : conv_(torch::nn::Conv2dOptions(options.in, options.out, options.kernel)
                .stride(options.stride)
                .padding(options.kernel / 2)
                .groups(options.groups)
                .bias(false)),
      norm_(torch::nn::BatchNorm2dOptions(options.out).eps(options.norm_eps).momentum(options.norm_momentum)),
      activation_(options.activation) {
  register_module("conv", conv_);
  register_module("bn", norm_);
}

torch::Tensor ConvBlockImpl::forward(const torch::Tensor& x) {
  if (frozen_) return (*frozen_)(x);
  return activate(norm_->forward(conv_->forward(x)), activation_);
}

void ConvBlockImpl::freeze(const FreezeOptions& how) { frozen_.emplace(folded(), activation_, how); }

void ConvBlockImpl::load_folded(const torch::Tensor& weight, const torch::Tensor& bias) {
  const torch::NoGradGuard no_grad;
  conv_->weight.copy_(weight);
  norm_->bias.copy_(bias);
  norm_->weight.fill_(1);
  norm_->running_mean.zero_();
  norm_->running_var.fill_(1 - norm_->options.eps());
}

ConvLayerImpl::ConvLayerImpl(const torch::nn::Conv2dOptions& given, Activation activation, ConvPadding padding)
    : torch::nn::Conv2dImpl(given), activation_(activation), padding_(padding) {}

torch::Tensor ConvLayerImpl::forward(const torch::Tensor& x) {
  if (frozen_) return (*frozen_)(x);
  const bool trailing = padding_ == ConvPadding::kTrailing;
  return activate(torch::nn::Conv2dImpl::forward(trailing ? torch::constant_pad_nd(x, {0, 1, 0, 1}) : x), activation_);
}

void ConvLayerImpl::freeze(const FreezeOptions& how) {
  FoldedConv folded = fold(*this);
  if (padding_ == ConvPadding::kTrailing) {
    // A 3×3 kernel in the lower right corner of a 4×4 one, padded on all sides, looks at the same pixels without a padded
    // copy of the picture.
    folded.weight = torch::constant_pad_nd(folded.weight, {1, 0, 1, 0});
    folded.padding = {1, 1};
  }
  frozen_.emplace(folded, activation_, how);
}

}  // namespace vigil::nn
