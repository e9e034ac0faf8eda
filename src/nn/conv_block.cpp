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

torch::Tensor ConvLayerImpl::forward(const torch::Tensor& x) {
  if (frozen_) return (*frozen_)(x);
  return torch::nn::Conv2dImpl::forward(x);
}

void ConvLayerImpl::freeze(const FreezeOptions& how) { frozen_.emplace(fold(*this), Activation::kNone, how); }

}  // namespace vigil::nn
