#include "nn/conv3d.h"

#include <array>
#include <tuple>
#include <variant>

#include <ATen/autocast_mode.h>
#include <torch/torch.h>

#include "core/check.h"

namespace vigil::nn {
namespace {

using Padding = torch::ExpandingArray<3>;

// While it lives, CPU autocast leaves this thread's operations as they are.
class NoAutocast {
 public:
  NoAutocast() : was_enabled_(at::autocast::is_autocast_enabled(at::kCPU)) {
    at::autocast::set_autocast_enabled(at::kCPU, false);
  }
  ~NoAutocast() { at::autocast::set_autocast_enabled(at::kCPU, was_enabled_); }
  NoAutocast(const NoAutocast&) = delete;
  NoAutocast& operator=(const NoAutocast&) = delete;

 private:
  bool was_enabled_;
};

struct Geometry {
  std::vector<std::int64_t> stride, padding, dilation;
  std::int64_t groups = 1;
};

class NarrowConvolution : public torch::autograd::Function<NarrowConvolution> {
 public:
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& input,
                               const torch::Tensor& weight, const torch::Tensor& bias, const Geometry& geometry) {
    const NoAutocast plain;
    const torch::Tensor narrow_input = input.to(torch::kBFloat16);
    const torch::Tensor narrow_weight = weight.to(torch::kBFloat16);
    context->save_for_backward({narrow_input, narrow_weight});
    context->saved_data["stride"] = geometry.stride;
    context->saved_data["padding"] = geometry.padding;
    context->saved_data["dilation"] = geometry.dilation;
    context->saved_data["groups"] = geometry.groups;
    context->saved_data["has_bias"] = bias.defined();
    context->saved_data["input_type"] = input.scalar_type();
    return at::conv3d(narrow_input, narrow_weight, bias.defined() ? bias.to(torch::kBFloat16) : bias, geometry.stride,
                      geometry.padding, geometry.dilation, geometry.groups);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const NoAutocast plain;
    const auto saved = context->get_saved_variables();
    const bool has_bias = context->saved_data["has_bias"].toBool();
    const auto propagate = [&](torch::Dtype type, std::array<bool, 3> wanted) {
      const torch::Tensor gradient = gradients[0].to(type);
      const std::int64_t channels = gradient.size(1);  // the reference below looks at it
      const auto bias_sizes = has_bias ? at::OptionalIntArrayRef(at::IntArrayRef(channels)) : at::OptionalIntArrayRef();
      return at::convolution_backward(
          gradient, saved[0].to(type), saved[1].to(type), bias_sizes, context->saved_data["stride"].toIntVector(),
          context->saved_data["padding"].toIntVector(), context->saved_data["dilation"].toIntVector(),
          /*transposed=*/false, std::vector<std::int64_t>{0, 0, 0}, context->saved_data["groups"].toInt(), wanted);
    };
    torch::Tensor input;
    if (context->needs_input_grad(0)) {
      input = std::get<0>(propagate(torch::kBFloat16, {true, false, false}))
                  .to(context->saved_data["input_type"].toScalarType());
    }
    const auto [unused, weight, bias] = propagate(torch::kFloat32, {false, true, has_bias});
    return {input, weight, bias, torch::Tensor()};
  }
};

bool narrows_on_cpu(const torch::Tensor& input) {
  return input.device().is_cpu() && at::autocast::is_autocast_enabled(at::kCPU) &&
         at::autocast::get_autocast_dtype(at::kCPU) == torch::kBFloat16;
}

}  // namespace

Conv3dImpl::Conv3dImpl(const torch::nn::Conv3dOptions& given) : torch::nn::Conv3dImpl(given) {
  VIGIL_CHECK(std::holds_alternative<Padding>(options.padding()) &&
                  std::holds_alternative<torch::enumtype::kZeros>(options.padding_mode()),
              "zero padding by number");
}

torch::Tensor Conv3dImpl::forward(const torch::Tensor& input) {
  if (!narrows_on_cpu(input) || !torch::GradMode::is_enabled()) return torch::nn::Conv3dImpl::forward(input);
  const auto vector = [](const Padding& values) { return std::vector<std::int64_t>(values->begin(), values->end()); };
  return NarrowConvolution::apply(input, weight, bias,
                                  Geometry{.stride = vector(options.stride()),
                                           .padding = vector(std::get<Padding>(options.padding())),
                                           .dilation = vector(options.dilation()),
                                           .groups = options.groups()});
}

}  // namespace vigil::nn
