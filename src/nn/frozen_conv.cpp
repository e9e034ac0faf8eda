#include "nn/frozen_conv.h"

#include <variant>

#include <torch/torch.h>

#include "core/check.h"
#include "nn/device.h"
#include "nn/onednn_conv.h"

namespace vigil::nn {

torch::Tensor activate(torch::Tensor x, Activation activation) {
  switch (activation) {
    case Activation::kRelu: return x.relu_();
    case Activation::kRelu6: return at::clamp_(x, 0, 6);
    case Activation::kLeakyRelu: return at::leaky_relu_(x, kLeakySlope);
    case Activation::kSilu: return at::silu_(x);
    case Activation::kElu: return at::elu_(x);
    case Activation::kNone: break;
  }
  return x;
}

FreezeOptions freeze_options(const torch::Device& device, Precision precision) {
  return {.device = device, .dtype = autocast_type(precision, device).value_or(torch::kFloat32)};
}

FoldedConv fold(const torch::nn::Conv2dImpl& conv, const torch::nn::BatchNorm2dImpl* norm) {
  using Padding = torch::ExpandingArray<2>;
  const auto& options = conv.options;
  VIGIL_CHECK(std::holds_alternative<Padding>(options.padding()), "zero padding by number");
  const auto vector = [](const Padding& values) { return std::vector<std::int64_t>(values->begin(), values->end()); };
  const torch::NoGradGuard no_grad;
  FoldedConv out{.weight = conv.weight.detach().to(torch::kFloat32, /*non_blocking=*/false, /*copy=*/true),
                 .bias = conv.bias.defined() ? conv.bias.detach().to(torch::kFloat32, false, true)
                                             : torch::zeros({options.out_channels()}, conv.weight.device()),
                 .stride = vector(options.stride()),
                 .padding = vector(std::get<Padding>(options.padding())),
                 .dilation = vector(options.dilation()),
                 .groups = options.groups()};
  if (norm) {
    const torch::Tensor deviation = torch::sqrt(norm->running_var.to(torch::kFloat64) + norm->options.eps());
    const torch::Tensor scale = (norm->weight.to(torch::kFloat64) / deviation);
    out.weight = (out.weight * scale.view({-1, 1, 1, 1})).to(torch::kFloat32);
    out.bias = ((out.bias - norm->running_mean) * scale + norm->bias).to(torch::kFloat32);
  }
  return out;
}

FrozenConv::FrozenConv(const FoldedConv& conv, Activation activation, const FreezeOptions& options)
    : conv_(conv), activation_(activation), options_(options) {
  if (options_.fused && options_.device.is_cpu() && options_.dtype != torch::kHalf) {
    fused_ = std::make_unique<OneDnnConv>(conv, activation, options_.dtype);
    return;
  }
  conv_.weight = conv_.weight.to(options_.device, options_.dtype).contiguous(at::MemoryFormat::ChannelsLast);
  conv_.bias = conv_.bias.to(options_.device, options_.dtype);
}
FrozenConv::~FrozenConv() = default;
FrozenConv::FrozenConv(FrozenConv&&) noexcept = default;

torch::Tensor FrozenConv::prepare(const torch::Tensor& x) const {
  return x.to(options_.dtype).contiguous(at::MemoryFormat::ChannelsLast);
}

torch::Tensor FrozenConv::convolve(const torch::Tensor& x) const {
  return at::conv2d(x, conv_.weight, conv_.bias, conv_.stride, conv_.padding, conv_.dilation, conv_.groups);
}

torch::Tensor FrozenConv::operator()(const torch::Tensor& x) {
  const torch::Tensor input = prepare(x);
  return fused_ ? (*fused_)(input) : activate(convolve(input), activation_);
}

torch::Tensor FrozenConv::operator()(const torch::Tensor& x, const torch::Tensor& shortcut) {
  const torch::Tensor input = prepare(x);
  if (!fused_) return activate(convolve(input).add_(shortcut), activation_);
  return (*fused_)(input, shortcut.contiguous(at::MemoryFormat::ChannelsLast));
}

}  // namespace vigil::nn
