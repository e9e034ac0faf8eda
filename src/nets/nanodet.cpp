#include "nets/nanodet.h"

#include <format>
#include <string>

#include <torch/torch.h>

#include "nets/folded_weights.h"
#include "nn/conv_block.h"

namespace vigil::nets {
namespace {

using nn::ConvBlock;
using nn::ConvLayer;
using torch::Tensor;
using torch::nn::Conv2dOptions;

constexpr int kStemMaps = 32;
constexpr int kMaps = 128;  // of every level of the pyramid
constexpr std::array<int, 3> kStrides = {8, 16, 32};

// What pixels are taken to: as ImageNet's blue, green and red.
constexpr std::array<double, 3> kMean = {103.53, 116.28, 123.675};
constexpr std::array<double, 3> kDeviation = {57.375, 57.12, 58.395};

struct StageSpec {
  int maps;
  int blocks;
  int stride;
};
constexpr std::array<StageSpec, 4> kStages = {{{32, 1, 1}, {64, 2, 2}, {128, 2, 2}, {256, 3, 2}}};

ConvBlock conv3x3(int in, int out, int stride = 1) {
  return ConvBlock(nn::ConvBlockOptions{.in = in,
                                        .out = out,
                                        .kernel = 3,
                                        .stride = stride,
                                        .activation = nn::Activation::kLeakyRelu,
                                        .norm_eps = 1e-5,
                                        .norm_momentum = 0.1});
}

class TinyBlockImpl : public torch::nn::Module {
 public:
  explicit TinyBlockImpl(int maps) {
    in_ = register_module("in_conv", conv3x3(maps, maps / 2));
    middle_ = register_module("mid_conv", conv3x3(maps / 2, maps / 2));
  }
  Tensor forward(const Tensor& x) {
    const Tensor y = in_->forward(x);
    return torch::cat({middle_->forward(y), y}, 1);
  }

 private:
  ConvBlock in_{nullptr}, middle_{nullptr};
};
TORCH_MODULE(TinyBlock);

// Gives twice the maps it takes: what went through the blocks and what went around them.
class StageImpl : public torch::nn::Module {
 public:
  explicit StageImpl(const StageSpec& spec) {
    in_ = register_module("in_conv", conv3x3(spec.maps, spec.maps, spec.stride));
    for (int i = 0; i < spec.blocks; ++i) blocks_->push_back(TinyBlock(spec.maps));
    register_module("res_blocks", blocks_);
    out_ = register_module("res_out_conv", conv3x3(spec.maps, spec.maps));
  }
  Tensor forward(const Tensor& x) {
    const Tensor y = in_->forward(x);
    return torch::cat({out_->forward(blocks_->forward(y)), y}, 1);
  }

 private:
  ConvBlock in_{nullptr}, out_{nullptr};
  torch::nn::Sequential blocks_;
};

class LateralImpl : public torch::nn::Module {
 public:
  explicit LateralImpl(int in) { conv_ = register_module("conv", ConvLayer(Conv2dOptions(in, kMaps, 1))); }
  Tensor forward(const Tensor& x) { return conv_->forward(x); }

 private:
  ConvLayer conv_{nullptr};
};

// Row by row of the picture, so that one row of constants serves all: three values at a time would be slow.
Tensor normalized(const Tensor& bgr) {
  const std::int64_t count = bgr.size(0), height = bgr.size(2), width = bgr.size(3);
  const auto row_of = [&](auto value_of) {
    std::array<double, 3> values{};
    for (std::size_t c = 0; c < values.size(); ++c) values[c] = value_of(c);
    return torch::tensor(torch::ArrayRef<double>(values), torch::kFloat64).to(bgr.options()).repeat({width});
  };
  const Tensor scale = row_of([](std::size_t c) { return 1 / kDeviation[c]; });
  const Tensor offset = row_of([](std::size_t c) { return -kMean[c] / kDeviation[c]; });
  const Tensor rows = bgr.permute({0, 2, 3, 1}).reshape({count * height, width * 3});
  return torch::addcmul(offset, rows, scale).view({count, height, width, 3}).permute({0, 3, 1, 2});
}

Tensor twice(const Tensor& x) {
  return torch::upsample_bilinear2d(x, {2 * x.size(2), 2 * x.size(3)}, /*align_corners=*/false);
}
// Bilinear too: the middle of four pixels is their mean.
Tensor half(const Tensor& x) { return torch::avg_pool2d(x, 2); }

// The published graph counts its convolutions in the order of execution; these are the numbers of the head's biases.
constexpr int kConvolutions = 34;
constexpr int kHeadConvolutions = 6;
constexpr std::array<int, kHeadConvolutions> kHeadBiases = {60, 62, 66, 68, 70, 72};

std::string weight_name(int index) {
  return index == 0 ? std::string("PartitionedCall/split") : std::format("PartitionedCall/split_{}", index);
}
std::string bias_name(int index) {
  const int in_head = index - (kConvolutions - kHeadConvolutions);
  return std::format("unknown_{}", in_head < 0 ? 2 * index : kHeadBiases[static_cast<std::size_t>(in_head)]);
}

}  // namespace

NanoDetPyramidImpl::NanoDetPyramidImpl() {
  for (std::size_t i = 1; i < kStages.size(); ++i) laterals_->push_back(std::make_shared<LateralImpl>(2 * kStages[i].maps));
  register_module("lateral_convs", laterals_);
}

std::array<Tensor, 3> NanoDetPyramidImpl::forward(const std::array<Tensor, 3>& maps) {
  const auto lateral = [&](std::size_t i) { return laterals_[i]->as<LateralImpl>()->forward(maps[i]); };
  const Tensor coarse = lateral(2);
  const Tensor middle = lateral(1) + twice(coarse);
  const Tensor at8 = lateral(0) + twice(middle);
  const Tensor at16 = middle + half(at8);
  return {at8, at16, coarse + half(at16)};
}

NanoDetHeadImpl::NanoDetHeadImpl(int classes) {
  for (std::size_t i = 0; i < kStrides.size(); ++i) {
    convs_->push_back(torch::nn::Sequential(conv3x3(kMaps, kMaps)));
    predictions_->push_back(ConvLayer(Conv2dOptions(kMaps, classes + 4 * kDistanceBins, 1)));
  }
  register_module("cls_convs", convs_);
  register_module("gfl_cls", predictions_);
}

Tensor NanoDetHeadImpl::forward(const Tensor& map, std::size_t level) {
  return predictions_[level]->as<nn::ConvLayerImpl>()->forward(convs_[level]->as<torch::nn::SequentialImpl>()->forward(map));
}

std::vector<std::shared_ptr<torch::nn::Module>> NanoDetHeadImpl::executed() const {
  std::vector<std::shared_ptr<torch::nn::Module>> order;
  for (std::size_t level = 0; level < kStrides.size(); ++level) {
    for (const auto* list : {&convs_, &predictions_}) {
      const auto inner = (*list)->ptr(level)->modules();
      order.insert(order.end(), inner.begin(), inner.end());
    }
  }
  return order;
}

NanoDetImpl::NanoDetImpl(int classes) : classes_(classes), head_(classes) {
  stages_->push_back(conv3x3(3, kStemMaps, 2));
  stages_->push_back(torch::nn::MaxPool2d(torch::nn::MaxPool2dOptions(3).stride(2).padding(1)));
  for (const StageSpec& spec : kStages) stages_->push_back(std::make_shared<StageImpl>(spec));
  register_module("backbone", std::make_shared<torch::nn::Module>())->register_module("stages", stages_);
  register_module("fpn", pyramid_);
  register_module("head", head_);
}

std::vector<DetectionGrid> NanoDetImpl::grids(const Tensor& bgr) {
  Tensor x = stages_[0]->as<nn::ConvBlockImpl>()->forward(normalized(bgr));
  x = stages_[1]->as<torch::nn::MaxPool2dImpl>()->forward(x);
  std::array<Tensor, kStages.size()> maps;
  for (std::size_t i = 0; i < maps.size(); ++i) maps[i] = x = stages_[2 + i]->as<StageImpl>()->forward(x);
  const std::array<Tensor, 3> levels = pyramid_->forward({maps[1], maps[2], maps[3]});
  std::vector<DetectionGrid> out;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const Tensor said = head_->forward(levels[i], i);
    out.push_back({.boxes = said.narrow(1, classes_, 4 * kDistanceBins),
                   .classes = said.narrow(1, 0, classes_),
                   .stride = kStrides[i]});
  }
  return out;
}

core::Status NanoDetImpl::load_tfjs(const nn::TensorMap& tensors) {
  std::vector<FoldedWeights> convolutions;
  for (int i = 0; i < kConvolutions; ++i) {
    const auto weight = tensors.find(weight_name(i));
    const auto bias = tensors.find(bias_name(i));
    if (weight == tensors.end() || bias == tensors.end()) {
      return core::fail(core::ErrorCode::kUnsupported, std::format("not NanoDet-g: tensor {} is missing",
                                                                   weight == tensors.end() ? weight_name(i) : bias_name(i)));
    }
    // TensorFlow's kernels are height, width, in, out.
    const Tensor& kernel = weight->second;
    convolutions.push_back({.weight = kernel.dim() == 4 ? kernel.permute({3, 2, 0, 1}) : kernel, .bias = bias->second});
  }
  Modules order = stages_->modules();
  for (const Modules& part : {pyramid_->modules(), head_->executed()}) order.insert(order.end(), part.begin(), part.end());
  return load_folded(order, convolutions);
}

}  // namespace vigil::nets
