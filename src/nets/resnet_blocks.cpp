#include "nets/resnet_blocks.h"

#include <format>
#include <stdexcept>

namespace vigil::nets {
namespace {

constexpr double kBatchNormEps = 1e-3;

torch::nn::Conv2d conv(int in, int out, int kernel, int stride) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel).stride(stride).padding(kernel / 2));
}

}  // namespace

ResnetBlockImpl::ResnetBlockImpl(const ResnetBlockSpec& spec) {
  reduce_ = register_module("branch2a", conv(spec.in, spec.middle, 1, spec.stride));
  middle_ = register_module("branch2b", conv(spec.middle, spec.middle, 3, 1));
  expand_ = register_module("branch2c", conv(spec.middle, 4 * spec.middle, 1, 1));
  if (spec.project) project_ = register_module("branch1", conv(spec.in, 4 * spec.middle, 1, spec.stride));
}

torch::Tensor ResnetBlockImpl::forward(torch::Tensor x) {
  torch::Tensor y = reduce_->forward(x).relu_();
  y = middle_->forward(y).relu_();
  y = expand_->forward(y);
  return y.add_(project_ ? project_->forward(x) : x).relu_();
}

FrozenResnetBlock::FrozenResnetBlock(const ResnetBlockImpl& block)
    : reduce_(nn::fold(*block.reduce_), nn::Activation::kRelu, {}),
      middle_(nn::fold(*block.middle_), nn::Activation::kRelu, {}),
      expand_(nn::fold(*block.expand_), nn::Activation::kRelu, {}) {
  if (block.project_) project_.emplace(nn::fold(*block.project_), nn::Activation::kNone, nn::FreezeOptions{});
}

torch::Tensor FrozenResnetBlock::forward(const torch::Tensor& x) {
  const torch::Tensor shortcut = project_ ? (*project_)(x) : x;
  return expand_(middle_(reduce_(x)), shortcut);
}

core::Status load_keras_conv(const nn::TensorMap& tensors, const std::string& conv, const std::string& norm,
                             torch::nn::Conv2dImpl& target) {
  const torch::NoGradGuard no_grad;
  const auto get = [&](const std::string& name) {
    const auto found = tensors.find(name);
    if (found == tensors.end()) throw std::out_of_range(name);
    return found->second;
  };
  try {
    const torch::Tensor scale = get(norm + "/gamma") / torch::sqrt(get(norm + "/moving_variance") + kBatchNormEps);
    const torch::Tensor kernel = get(conv + "/kernel").permute({3, 2, 0, 1});
    target.weight.copy_(kernel * scale.view({-1, 1, 1, 1}));
    target.bias.copy_((get(conv + "/bias") - get(norm + "/moving_mean")) * scale + get(norm + "/beta"));
  } catch (const std::out_of_range& missing) {
    return core::fail(core::ErrorCode::kUnreadable,
                      std::format("not a Keras ResNet-50: tensor {} is missing", missing.what()));
  } catch (const c10::Error& error) {
    return core::fail(core::ErrorCode::kUnreadable,
                      std::format("not a Keras ResNet-50: {}", error.what_without_backtrace()));
  }
  return {};
}

core::Status load_keras_block(const nn::TensorMap& tensors, const std::string& name, ResnetBlockImpl& block) {
  for (const auto& branch : block.named_children()) {
    auto loaded = load_keras_conv(tensors, std::format("res{}_{}", name, branch.key()),
                                  std::format("bn{}_{}", name, branch.key()), *branch.value()->as<torch::nn::Conv2dImpl>());
    if (!loaded) return loaded;
  }
  return {};
}

}  // namespace vigil::nets
