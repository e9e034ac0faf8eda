#include "nets/yolox_parts.h"

#include <array>
#include <cmath>
#include <optional>
#include <string>

#include <torch/torch.h>

namespace vigil::nets {
namespace {

using nn::ConvBlock;
using nn::ConvLayer;
using torch::Tensor;
using torch::nn::AnyModule;
using torch::nn::Sequential;

constexpr std::array<int, 3> kMapChannels = {256, 512, 1024};  // at full width
constexpr int kHeadChannels = 256;

ConvBlock point_conv(int in, int out) { return ConvBlock(nn::ConvBlockOptions{.in = in, .out = out}); }

class DepthwiseConvImpl : public torch::nn::Module {
 public:
  explicit DepthwiseConvImpl(const nn::ConvBlockOptions& options) {
    nn::ConvBlockOptions each = options;
    each.out = each.groups = options.in;
    depth_ = register_module("dconv", ConvBlock(each));
    point_ = register_module("pconv", point_conv(options.in, options.out));
  }
  Tensor forward(const Tensor& x) { return point_->forward(depth_->forward(x)); }

 private:
  ConvBlock depth_{nullptr}, point_{nullptr};
};
TORCH_MODULE(DepthwiseConv);

AnyModule conv3x3(int in, int out, int stride, bool depthwise) {
  const nn::ConvBlockOptions options{.in = in, .out = out, .kernel = 3, .stride = stride};
  return depthwise ? AnyModule(DepthwiseConv(options)) : AnyModule(ConvBlock(options));
}

Tensor paired_columns(const Tensor& x) {
  const std::int64_t height = x.size(2), width = x.size(3);
  return x.contiguous(at::MemoryFormat::ChannelsLast)
      .permute({0, 2, 3, 1})
      .view({x.size(0), height, width / 2, 6})
      .permute({0, 3, 1, 2});
}

// The picture's 2×2 blocks become channels, a 3×3 convolution follows. Frozen it is one convolution of 6 rows and 3 pairs of
// columns: two neighbours in a row of a channels-last picture are one pixel of six channels as they lie.
class FocusImpl : public torch::nn::Module, public nn::Freezable {
 public:
  explicit FocusImpl(int out) {
    conv_ = register_module("conv", ConvBlock(nn::ConvBlockOptions{.in = 12, .out = out, .kernel = 3}));
  }

  Tensor forward(const Tensor& x) {
    if (frozen_) return (*frozen_)(paired_columns(x));
    const auto part = [&](int dy, int dx) { return x.slice(2, dy, std::nullopt, 2).slice(3, dx, std::nullopt, 2); };
    return conv_->forward(torch::cat({part(0, 0), part(1, 0), part(0, 1), part(1, 1)}, 1));
  }

  void freeze(const nn::FreezeOptions& options) override {
    nn::FoldedConv conv = conv_->folded();
    // Input channels come as (dx, dy, colour) and go as (dx, colour); dy becomes every other row.
    conv.weight = conv.weight.view({-1, 2, 2, 3, 3, 3})
                      .permute({0, 1, 3, 4, 2, 5})
                      .reshape({conv.weight.size(0), 6, 6, 3})
                      .contiguous();
    conv.stride = {2, 1};
    conv.padding = {2, 1};
    frozen_.emplace(conv, conv_->activation(), options);
  }

 private:
  ConvBlock conv_{nullptr};
  std::optional<nn::FrozenConv> frozen_;
};
TORCH_MODULE(Focus);

class BottleneckImpl : public torch::nn::Module {
 public:
  BottleneckImpl(int channels, bool shortcut, bool depthwise)
      : conv2_(conv3x3(channels, channels, 1, depthwise)), shortcut_(shortcut) {
    conv1_ = register_module("conv1", point_conv(channels, channels));
    register_module("conv2", conv2_.ptr());
  }
  Tensor forward(const Tensor& x) {
    const Tensor y = conv2_.forward(conv1_->forward(x));
    return shortcut_ ? y + x : y;
  }

 private:
  ConvBlock conv1_{nullptr};
  AnyModule conv2_;
  bool shortcut_;
};
TORCH_MODULE(Bottleneck);

Tensor max_pool(const Tensor& x, int kernel) { return torch::max_pool2d(x, kernel, 1, kernel / 2); }

// Spatial pyramid pooling. A 9×9 maximum is a 5×5 maximum of 5×5 maxima, and so on.
class PoolingPyramidImpl : public torch::nn::Module {
 public:
  explicit PoolingPyramidImpl(int channels) {
    conv1_ = register_module("conv1", point_conv(channels, channels / 2));
    conv2_ = register_module("conv2", point_conv(channels * 2, channels));
  }
  Tensor forward(const Tensor& x) {
    const Tensor y = conv1_->forward(x);
    const Tensor five = max_pool(y, 5);
    const Tensor nine = max_pool(five, 5);
    return conv2_->forward(torch::cat({y, five, nine, max_pool(nine, 5)}, 1));
  }

 private:
  ConvBlock conv1_{nullptr}, conv2_{nullptr};
};
TORCH_MODULE(PoolingPyramid);

Tensor join_upsampled(const Tensor& coarse, const Tensor& fine) {
  const std::vector<std::int64_t> size = {fine.size(2), fine.size(3)};
  return torch::cat({torch::upsample_nearest2d(coarse, size), fine}, 1);
}

}  // namespace

CspLayerImpl::CspLayerImpl(const CspOptions& options) {
  const int hidden = options.out / 2;
  conv1_ = register_module("conv1", point_conv(options.in, hidden));
  conv2_ = register_module("conv2", point_conv(options.in, hidden));
  for (int i = 0; i < options.blocks; ++i) blocks_->push_back(Bottleneck(hidden, options.shortcut, options.depthwise));
  register_module("m", blocks_);
  conv3_ = register_module("conv3", point_conv(2 * hidden, options.out));
}

Tensor CspLayerImpl::forward(const Tensor& x) {
  const Tensor through = blocks_->forward(conv1_->forward(x));
  return conv3_->forward(torch::cat({through, conv2_->forward(x)}, 1));
}

YoloxBackboneImpl::YoloxBackboneImpl(const YoloxScale& scale) {
  const int base = scale.channels(64);
  const int blocks = std::max(static_cast<int>(std::lround(scale.depth * 3)), 1);
  const auto stage = [&](int factor, int repeats) {
    const int out = base * factor;
    Sequential made;
    made->push_back(conv3x3(out / 2, out, 2, scale.depthwise));
    made->push_back(CspLayer(CspOptions{.in = out, .out = out, .blocks = repeats, .depthwise = scale.depthwise}));
    return made;
  };
  stem_ = AnyModule(Focus(base));
  register_module("stem", stem_.ptr());
  dark2_ = register_module("dark2", stage(2, blocks));
  dark3_ = register_module("dark3", stage(4, 3 * blocks));
  dark4_ = register_module("dark4", stage(8, 3 * blocks));
  const int last = base * 16;
  dark5_ = register_module(
      "dark5", Sequential(conv3x3(last / 2, last, 2, scale.depthwise), PoolingPyramid(last),
                          CspLayer(CspOptions{
                              .in = last, .out = last, .blocks = blocks, .shortcut = false, .depthwise = scale.depthwise})));
}

std::vector<Tensor> YoloxBackboneImpl::forward(const Tensor& bgr) {
  const Tensor at8 = dark3_->forward(dark2_->forward(stem_.forward(bgr)));
  const Tensor at16 = dark4_->forward(at8);
  return {at8, at16, dark5_->forward(at16)};
}

YoloxPyramidImpl::YoloxPyramidImpl(const YoloxScale& scale) {
  const std::array<int, 3> c = {scale.channels(kMapChannels[0]), scale.channels(kMapChannels[1]),
                                scale.channels(kMapChannels[2])};
  const int blocks = static_cast<int>(std::lround(3 * scale.depth));
  const auto merge = [&](int in, int out) {
    return CspLayer(CspOptions{.in = in, .out = out, .blocks = blocks, .shortcut = false, .depthwise = scale.depthwise});
  };
  backbone_ = register_module("backbone", YoloxBackbone(scale));
  lateral_conv0_ = register_module("lateral_conv0", point_conv(c[2], c[1]));
  c3_p4_ = register_module("C3_p4", merge(2 * c[1], c[1]));
  reduce_conv1_ = register_module("reduce_conv1", point_conv(c[1], c[0]));
  c3_p3_ = register_module("C3_p3", merge(2 * c[0], c[0]));
  bu_conv2_ = conv3x3(c[0], c[0], 2, scale.depthwise);
  register_module("bu_conv2", bu_conv2_.ptr());
  c3_n3_ = register_module("C3_n3", merge(2 * c[0], c[1]));
  bu_conv1_ = conv3x3(c[1], c[1], 2, scale.depthwise);
  register_module("bu_conv1", bu_conv1_.ptr());
  c3_n4_ = register_module("C3_n4", merge(2 * c[1], c[2]));
}

std::vector<Tensor> YoloxPyramidImpl::forward(const Tensor& bgr) {
  const std::vector<Tensor> maps = backbone_->forward(bgr);
  const Tensor top = lateral_conv0_->forward(maps[2]);
  const Tensor middle = reduce_conv1_->forward(c3_p4_->forward(join_upsampled(top, maps[1])));
  const Tensor at8 = c3_p3_->forward(join_upsampled(middle, maps[0]));
  const Tensor at16 = c3_n3_->forward(torch::cat({bu_conv2_.forward(at8), middle}, 1));
  return {at8, at16, c3_n4_->forward(torch::cat({bu_conv1_.forward(at16), top}, 1))};
}

YoloxHeadImpl::YoloxHeadImpl(const YoloxScale& scale, int classes) {
  const int width = scale.channels(kHeadChannels);
  const auto convs = [&] {
    return Sequential(conv3x3(width, width, 1, scale.depthwise), conv3x3(width, width, 1, scale.depthwise));
  };
  const auto prediction = [&](int out) { return ConvLayer(torch::nn::Conv2dOptions(width, out, 1)); };
  for (const int channels : kMapChannels) {
    stems_->push_back(point_conv(scale.channels(channels), width));
    cls_convs_->push_back(convs());
    reg_convs_->push_back(convs());
    cls_preds_->push_back(prediction(classes));
    reg_preds_->push_back(prediction(4));
    obj_preds_->push_back(prediction(1));
  }
  register_module("stems", stems_);
  register_module("cls_convs", cls_convs_);
  register_module("reg_convs", reg_convs_);
  register_module("cls_preds", cls_preds_);
  register_module("reg_preds", reg_preds_);
  register_module("obj_preds", obj_preds_);
}

YoloxScores YoloxHeadImpl::forward(const Tensor& map, int level) {
  const auto at = [&](const torch::nn::ModuleList& list) { return list->ptr(static_cast<std::size_t>(level)); };
  const auto predict = [&](const torch::nn::ModuleList& list, const Tensor& x) {
    return at(list)->as<nn::ConvLayerImpl>()->forward(x);
  };
  const Tensor x = at(stems_)->as<nn::ConvBlockImpl>()->forward(map);
  const Tensor named = at(cls_convs_)->as<torch::nn::SequentialImpl>()->forward(x);
  const Tensor placed = at(reg_convs_)->as<torch::nn::SequentialImpl>()->forward(x);
  return {.boxes = torch::cat({predict(reg_preds_, placed), predict(obj_preds_, placed)}, 1),
          .classes = predict(cls_preds_, named)};
}

std::vector<std::shared_ptr<torch::nn::Module>> YoloxHeadImpl::executed(int level) const {
  std::vector<std::shared_ptr<torch::nn::Module>> order;
  for (const auto* list : {&stems_, &cls_convs_, &cls_preds_, &reg_convs_, &reg_preds_, &obj_preds_}) {
    const auto inner = (*list)->ptr(static_cast<std::size_t>(level))->modules();
    order.insert(order.end(), inner.begin(), inner.end());
  }
  return order;
}

}  // namespace vigil::nets
