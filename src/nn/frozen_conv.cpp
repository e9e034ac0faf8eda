#include "nn/frozen_conv.h"

#include <optional>
#include <variant>

#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/torch.h>

#include "core/check.h"
#include "nn/device.h"

namespace vigil::nn {
namespace {

using Scalars = c10::List<std::optional<at::Scalar>>;

struct FusedOps {
  c10::OperatorHandle pack, convolve, convolve_add;
};

// Nothing where this libtorch was built without oneDNN, or with other arguments than the calls below pass.
const std::optional<FusedOps>& fused_ops() {
  static const std::optional<FusedOps> ops = []() -> std::optional<FusedOps> {
    const auto find = [](const char* name, const char* overload, std::size_t arguments) {
      auto found = c10::Dispatcher::singleton().findSchema({name, overload});
      if (found && found->schema().arguments().size() != arguments) found.reset();
      return found;
    };
    const auto pack = find("mkldnn::_reorder_convolution_weight", "", 6);
    const auto convolve = find("mkldnn::_convolution_pointwise", "", 10);
    const auto add = find("mkldnn::_convolution_pointwise", "binary", 13);
    if (!at::globalContext().userEnabledMkldnn() || !pack || !convolve || !add) return std::nullopt;
    return FusedOps{*pack, *convolve, *add};
  }();
  return ops;
}

torch::Tensor call(const c10::OperatorHandle& op, torch::jit::Stack stack) {
  op.callBoxed(stack);
  return std::move(stack.front()).toTensor();
}

const char* name_of(Activation activation) {
  switch (activation) {
    case Activation::kRelu: return "relu";
    case Activation::kRelu6: return "hardtanh";
    case Activation::kLeakyRelu: return "leaky_relu";
    case Activation::kSilu: return "swish";
    case Activation::kElu:  // oneDNN's operators have none; it follows by itself
    case Activation::kNone: break;
  }
  return "none";
}

Scalars scalars_of(Activation activation) {
  Scalars scalars;
  if (activation == Activation::kLeakyRelu) scalars.push_back(at::Scalar(kLeakySlope));
  if (activation == Activation::kRelu6) {
    scalars.push_back(at::Scalar(0.0));
    scalars.push_back(at::Scalar(6.0));
  }
  return scalars;
}

}  // namespace

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
  conv_.weight = conv_.weight.to(options_.device, options_.dtype).contiguous(at::MemoryFormat::ChannelsLast);
  conv_.bias = conv_.bias.to(options_.device, options_.dtype);
  fused_ = options_.fused && options_.device.is_cpu() && options_.dtype != torch::kHalf && fused_ops().has_value();
}

torch::Tensor FrozenConv::prepare(const torch::Tensor& x) {
  torch::Tensor input = x.to(options_.dtype).contiguous(at::MemoryFormat::ChannelsLast);
  const std::vector<std::int64_t> size = {input.size(2), input.size(3)};
  if (fused_ && packed_for_ != size) {
    packed_ = call(fused_ops()->pack, {conv_.weight, conv_.padding, conv_.stride, conv_.dilation, conv_.groups,
                                       std::optional(input.sizes().vec())});
    packed_for_ = size;
  }
  return input;
}

torch::Tensor FrozenConv::operator()(const torch::Tensor& x) {
  const torch::Tensor input = prepare(x);
  if (!fused_) {
    return activate(at::conv2d(input, conv_.weight, conv_.bias, conv_.stride, conv_.padding, conv_.dilation, conv_.groups),
                    activation_);
  }
  const torch::Tensor out =
      call(fused_ops()->convolve, {input, packed_, conv_.bias, conv_.padding, conv_.stride, conv_.dilation, conv_.groups,
                                   name_of(activation_), scalars_of(activation_), std::string()});
  return activation_ == Activation::kElu ? activate(out, activation_) : out;
}

torch::Tensor FrozenConv::operator()(const torch::Tensor& x, const torch::Tensor& shortcut) {
  VIGIL_CHECK(activation_ == Activation::kNone || activation_ == Activation::kRelu, "an activation that can follow a sum");
  const torch::Tensor input = prepare(x);
  if (!fused_) {
    return activate(at::conv2d(input, conv_.weight, conv_.bias, conv_.stride, conv_.padding, conv_.dilation, conv_.groups)
                        .add_(shortcut),
                    activation_);
  }
  const c10::IValue after = activation_ == Activation::kNone ? c10::IValue() : c10::IValue(name_of(activation_));
  return call(fused_ops()->convolve_add,
              {input, shortcut.contiguous(at::MemoryFormat::ChannelsLast), packed_, conv_.bias, conv_.padding, conv_.stride,
               conv_.dilation, conv_.groups, "add", c10::IValue(), after, Scalars(), c10::IValue()});
}

}  // namespace vigil::nn
