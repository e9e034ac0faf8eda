#include "nn/onednn_conv.h"

#include <algorithm>
#include <array>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>
#include <torch/torch.h>

#include "core/check.h"

namespace vigil::nn {
namespace {

using dnnl::memory;

constexpr std::size_t kMostPlans = 4;  // the sizes of picture that are remembered

dnnl::engine& cpu() {
  static dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

memory::desc channels_last(torch::IntArrayRef sizes, memory::data_type type) {
  const memory::dim channels = sizes[1], height = sizes[2], width = sizes[3];
  return {{sizes[0], channels, height, width}, type, memory::dims{height * width * channels, 1, width * channels, channels}};
}

void append(dnnl::post_ops& operations, Activation activation) {
  using dnnl::algorithm;
  switch (activation) {
    case Activation::kRelu: return operations.append_eltwise(algorithm::eltwise_relu, 0, 0);
    case Activation::kRelu6: return operations.append_eltwise(algorithm::eltwise_clip, 0, 6);
    case Activation::kLeakyRelu: return operations.append_eltwise(algorithm::eltwise_relu, kLeakySlope, 0);
    case Activation::kSilu: return operations.append_eltwise(algorithm::eltwise_swish, 1, 0);
    case Activation::kElu: return operations.append_eltwise(algorithm::eltwise_elu, 1, 0);
    case Activation::kNone: return;
  }
}

torch::Tensor bytes(const memory::desc& desc) {
  return torch::empty({static_cast<std::int64_t>(desc.get_size())}, torch::kUInt8);
}

memory over(const memory::desc& desc, const torch::Tensor& tensor) { return {desc, cpu(), tensor.data_ptr()}; }

// What one call needs for pictures of one size.
struct Plan {
  std::array<std::int64_t, 3> size;  // batch, height, width
  bool adds_shortcut;
  int threads;
  std::array<std::int64_t, 4> out_size;
  dnnl::convolution_forward primitive;
  memory::desc packed_desc;
  torch::Tensor packed_weight, scratch;
  memory source, weight, bias, result, scratchpad, shortcut;
};

}  // namespace

struct OneDnnConv::Impl {
  FoldedConv conv;
  Activation activation;
  torch::Dtype dtype;
  memory::data_type type;
  std::vector<Plan> plans = {};  // latest used first

  torch::Tensor run(const torch::Tensor& x, const torch::Tensor* shortcut);
  Plan& plan_for(const torch::Tensor& x, bool adds_shortcut);
  Plan make_plan(const torch::Tensor& x, bool adds_shortcut, int threads);
  torch::Tensor packed(const memory::desc& desc) const;
  memory::desc weight_desc(memory::data_type of, bool plain) const;
  std::array<std::int64_t, 4> out_size(const torch::Tensor& x) const;
};

std::array<std::int64_t, 4> OneDnnConv::Impl::out_size(const torch::Tensor& x) const {
  const auto along = [&](std::size_t axis) {
    const std::int64_t reach = conv.dilation[axis] * (conv.weight.size(static_cast<std::int64_t>(axis) + 2) - 1) + 1;
    return (x.size(static_cast<std::int64_t>(axis) + 2) + 2 * conv.padding[axis] - reach) / conv.stride[axis] + 1;
  };
  return {x.size(0), conv.weight.size(0), along(0), along(1)};
}

memory::desc OneDnnConv::Impl::weight_desc(memory::data_type of, bool plain) const {
  using Tag = memory::format_tag;
  const auto size = conv.weight.sizes();
  if (conv.groups == 1) return {{size[0], size[1], size[2], size[3]}, of, plain ? Tag::oihw : Tag::any};
  return {{conv.groups, size[0] / conv.groups, size[1], size[2], size[3]}, of, plain ? Tag::goihw : Tag::any};
}

// Plans of other sizes mostly want the weights in the same order.
torch::Tensor OneDnnConv::Impl::packed(const memory::desc& desc) const {
  const auto same = std::ranges::find(plans, desc, &Plan::packed_desc);
  if (same != plans.end()) return same->packed_weight;
  const torch::Tensor out = bytes(desc);
  memory from = over(weight_desc(memory::data_type::f32, /*plain=*/true), conv.weight);
  memory to = over(desc, out);
  dnnl::stream stream(cpu());
  dnnl::reorder(from, to).execute(stream, from, to);
  stream.wait();
  return out;
}

Plan OneDnnConv::Impl::make_plan(const torch::Tensor& x, bool adds_shortcut, int threads) {
  const auto out = out_size(x);
  const memory::desc source = channels_last(x.sizes(), type), result = channels_last(out, type);
  const memory::desc bias({out[1]}, memory::data_type::f32, memory::format_tag::a);
  dnnl::post_ops after;
  if (adds_shortcut) after.append_binary(dnnl::algorithm::binary_add, result);
  append(after, activation);
  dnnl::primitive_attr attributes;
  attributes.set_post_ops(after);
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  const memory::dims padding = conv.padding;
  const dnnl::convolution_forward::primitive_desc described(
      cpu(), dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, source,
      weight_desc(type, /*plain=*/false), bias, result, conv.stride, {conv.dilation[0] - 1, conv.dilation[1] - 1}, padding,
      padding, attributes);
  const torch::Tensor weight = packed(described.weights_desc());
  const torch::Tensor scratch = bytes(described.scratchpad_desc());
  return {.size = {x.size(0), x.size(2), x.size(3)},
          .adds_shortcut = adds_shortcut,
          .threads = threads,
          .out_size = out,
          .primitive = dnnl::convolution_forward(described),
          .packed_desc = described.weights_desc(),
          .packed_weight = weight,
          .scratch = scratch,
          .source = {source, cpu(), nullptr},
          .weight = over(described.weights_desc(), weight),
          .bias = over(bias, conv.bias),
          .result = {result, cpu(), nullptr},
          .scratchpad = over(described.scratchpad_desc(), scratch),
          .shortcut = {result, cpu(), nullptr}};
}

Plan& OneDnnConv::Impl::plan_for(const torch::Tensor& x, bool adds_shortcut) {
  const std::array<std::int64_t, 3> size = {x.size(0), x.size(2), x.size(3)};
  const int threads = at::get_num_threads();
  const auto found = std::ranges::find_if(plans, [&](const Plan& plan) {
    return plan.size == size && plan.adds_shortcut == adds_shortcut && plan.threads == threads;
  });
  if (found != plans.end()) {
    std::rotate(plans.begin(), found, found + 1);
  } else {
    plans.insert(plans.begin(), make_plan(x, adds_shortcut, threads));
    if (plans.size() > kMostPlans) plans.pop_back();
  }
  return plans.front();
}

torch::Tensor OneDnnConv::Impl::run(const torch::Tensor& x, const torch::Tensor* shortcut) {
  VIGIL_CHECK(x.scalar_type() == dtype && x.is_contiguous(at::MemoryFormat::ChannelsLast), "channels last, of one type");
  try {
    Plan& plan = plan_for(x, shortcut != nullptr);
    torch::Tensor out =
        at::empty(plan.out_size, at::TensorOptions().dtype(dtype).memory_format(at::MemoryFormat::ChannelsLast));
    plan.source.set_data_handle(x.data_ptr());
    plan.result.set_data_handle(out.data_ptr());
    if (shortcut) plan.shortcut.set_data_handle(shortcut->data_ptr());
    const std::array arguments = {dnnl_exec_arg_t{DNNL_ARG_SRC, plan.source.get()},
                                  dnnl_exec_arg_t{DNNL_ARG_WEIGHTS, plan.weight.get()},
                                  dnnl_exec_arg_t{DNNL_ARG_BIAS, plan.bias.get()},
                                  dnnl_exec_arg_t{DNNL_ARG_DST, plan.result.get()},
                                  dnnl_exec_arg_t{DNNL_ARG_SCRATCHPAD, plan.scratchpad.get()},
                                  dnnl_exec_arg_t{DNNL_ARG_ATTR_MULTIPLE_POST_OP(0) | DNNL_ARG_SRC_1, plan.shortcut.get()}};
    const int count = static_cast<int>(arguments.size()) - (shortcut ? 0 : 1);
    thread_local const dnnl::stream stream(cpu());
    dnnl::error::wrap_c_api(dnnl_primitive_execute(plan.primitive.get(), stream.get(), count, arguments.data()),
                            "a convolution could not be executed");
    return out;
  } catch (const dnnl::error& error) {
    TORCH_CHECK(false, "oneDNN: ", error.what());
  }
}

OneDnnConv::OneDnnConv(const FoldedConv& conv, Activation activation, torch::Dtype dtype)
    : impl_(std::make_unique<Impl>(
          Impl{.conv = conv,
               .activation = activation,
               .dtype = dtype,
               .type = dtype == torch::kBFloat16 ? memory::data_type::bf16 : memory::data_type::f32})) {
  impl_->conv.weight = conv.weight.to(torch::kCPU, torch::kFloat32).contiguous();
  impl_->conv.bias = conv.bias.to(torch::kCPU, torch::kFloat32).contiguous();
}
OneDnnConv::~OneDnnConv() = default;
OneDnnConv::OneDnnConv(OneDnnConv&&) noexcept = default;

torch::Tensor OneDnnConv::operator()(const torch::Tensor& x) { return impl_->run(x, nullptr); }
torch::Tensor OneDnnConv::operator()(const torch::Tensor& x, const torch::Tensor& shortcut) {
  return impl_->run(x, &shortcut);
}

}  // namespace vigil::nn
