#include "nets/movenet.h"

#include <array>
#include <format>
#include <string>
#include <vector>

#include <torch/torch.h>

namespace vigil::nets {
namespace {

using nn::Activation;
using nn::ConvLayer;
using torch::nn::Conv2dOptions;

constexpr int kStemMaps = 48;
constexpr int kLastMaps = 1280;
constexpr int kHeadMaps = 96;
constexpr double kHalfRange = 127.5;  // pixels are shown to the network in −1 … 1

struct BlockSpec {
  int in;
  int out;
  int stride;
  int expansion;
};

constexpr std::array<BlockSpec, 17> kBlocks = {{{48, 24, 1, 1},
                                                {24, 40, 2, 6},
                                                {40, 40, 1, 6},
                                                {40, 48, 2, 6},
                                                {48, 48, 1, 6},
                                                {48, 48, 1, 6},
                                                {48, 96, 2, 6},
                                                {96, 96, 1, 6},
                                                {96, 96, 1, 6},
                                                {96, 96, 1, 6},
                                                {96, 144, 1, 6},
                                                {144, 144, 1, 6},
                                                {144, 144, 1, 6},
                                                {144, 240, 2, 6},
                                                {240, 240, 1, 6},
                                                {240, 240, 1, 6},
                                                {240, 480, 1, 6}}};

// The pyramid: after which block a level is taken, its maps and what it becomes; coarsest first, after the last convolution.
struct LevelSpec {
  int after_block;
  int in;
  int maps;
};
constexpr std::array<LevelSpec, 4> kLevels = {{{17, kLastMaps, 64}, {9, 96, 64}, {5, 48, 32}, {2, 40, 24}}};
constexpr std::array<int, 4> kMerged = {64, 32, 24, 24};  // maps on which each level, but the coarsest, is merged

struct HeadSpec {
  const char* name;
  int maps;
};
constexpr std::array<HeadSpec, 6> kHeads = {{{"center", 1},
                                             {"box_scale", 2},
                                             {"box_offset", 2},
                                             {"kpt_heatmap", MoveNetImpl::kKeyPoints},
                                             {"kpt_regress", 2 * MoveNetImpl::kKeyPoints},
                                             {"kpt_offset", 2 * MoveNetImpl::kKeyPoints}}};

ConvLayer pointwise(int in, int out, Activation activation) { return ConvLayer(Conv2dOptions(in, out, 1), activation); }

ConvLayer depthwise(int maps, int stride, Activation activation, bool bias) {
  const bool trailing = stride == 2;
  return ConvLayer(Conv2dOptions(maps, maps, 3).stride(stride).padding(trailing ? 0 : 1).groups(maps).bias(bias), activation,
                   trailing ? nn::ConvPadding::kTrailing : nn::ConvPadding::kAsGiven);
}

// MobileNetV2's inverted residual.
class BlockImpl : public torch::nn::Module {
 public:
  explicit BlockImpl(const BlockSpec& spec) : residual_(spec.stride == 1 && spec.in == spec.out) {
    const int middle = spec.in * spec.expansion;
    if (spec.expansion > 1) expand_ = register_module("expand", pointwise(spec.in, middle, Activation::kRelu6));
    depthwise_ = register_module("depthwise", depthwise(middle, spec.stride, Activation::kRelu6, /*bias=*/true));
    project_ = register_module("project", pointwise(middle, spec.out, Activation::kNone));
  }

  torch::Tensor forward(const torch::Tensor& x) {
    const torch::Tensor y = project_->forward(depthwise_->forward(expand_ ? expand_->forward(x) : x));
    return residual_ ? y + x : y;
  }

 private:
  bool residual_;
  ConvLayer expand_{nullptr}, depthwise_{nullptr}, project_{nullptr};
};

// A depthwise and a pointwise convolution; "out" follows in a head.
class SeparableImpl : public torch::nn::Module {
 public:
  SeparableImpl(int in, int middle, int out) {
    depthwise_ = register_module("depthwise", depthwise(in, 1, Activation::kNone, /*bias=*/false));
    pointwise_ = register_module("pointwise", pointwise(in, middle, Activation::kRelu));
    if (out > 0) out_ = register_module("out", pointwise(middle, out, Activation::kNone));
  }

  torch::Tensor forward(const torch::Tensor& x) {
    const torch::Tensor y = pointwise_->forward(depthwise_->forward(x));
    return out_ ? out_->forward(y) : y;
  }

 private:
  ConvLayer depthwise_{nullptr}, pointwise_{nullptr}, out_{nullptr};
};

// Where the published weights of a parameter are: its name here → its name there.
using Names = std::vector<std::pair<std::string, std::string>>;

void add_conv(Names& names, const std::string& ours, const std::string& kernel, const std::string& bias) {
  names.emplace_back(ours + ".weight", kernel);
  if (!bias.empty()) names.emplace_back(ours + ".bias", bias);
}

std::string numbered(const std::string& name, int number) { return number == 0 ? name : std::format("{}_{}", name, number); }

Names published_names() {
  const std::string graph = "StatefulPartitionedCall/";
  const std::string features = graph + "center_net_mobile_net_v2fpn_feature_extractor/model_1/";
  const std::string model = features + "model/";
  Names names;
  const auto folded = [&](const std::string& ours, const std::string& theirs, const char* kind) {
    add_conv(names, ours, model + theirs + "/" + kind + "_weights", model + theirs + "/" + kind + "_bn_offset");
  };
  folded("stem", "Conv1", "Conv2D");
  for (int i = 0; i < static_cast<int>(kBlocks.size()); ++i) {
    const std::string ours = std::format("blocks.{}.", i);
    const std::string theirs = i == 0 ? "expanded_conv" : std::format("block_{}", i);
    if (i > 0) folded(ours + "expand", theirs + "_expand", "Conv2D");
    folded(ours + "depthwise", theirs + "_depthwise", "depthwise");
    folded(ours + "project", theirs + "_project", "Conv2D");
  }
  folded("last", "Conv_1", "Conv2D");
  for (int i = 0; i < static_cast<int>(kLevels.size()); ++i) {
    const std::string theirs = features + numbered("conv2d", i);
    add_conv(names, std::format("laterals.{}", i), theirs + "/Conv2D/ReadVariableOp", theirs + "/BiasAdd/ReadVariableOp");
  }
  for (int i = 0; i + 1 < static_cast<int>(kLevels.size()); ++i) {
    const std::string theirs = features + numbered("separable_conv2d", i) + "/separable_conv2d";
    add_conv(names, std::format("merges.{}.depthwise", i), theirs + "/ReadVariableOp", "");
    add_conv(names, std::format("merges.{}.pointwise", i), theirs + "_weights", theirs + "_bn_offset");
  }
  for (int i = 0; i < static_cast<int>(kHeads.size()); ++i) {
    const std::string head = std::format("{}{}_0/", graph, kHeads[static_cast<std::size_t>(i)].name);
    const std::string separable = std::format("{}separable_conv2d_{}/", head, i + 3);
    const std::string out = std::format("{}conv2d_{}/", head, i + 4);
    const std::string ours = std::format("heads.{}.", i);
    add_conv(names, ours + "depthwise", separable + "separable_conv2d/ReadVariableOp", "");
    add_conv(names, ours + "pointwise", separable + "separable_conv2d/ReadVariableOp_1",
             separable + "BiasAdd/ReadVariableOp");
    add_conv(names, ours + "out", out + "Conv2D/ReadVariableOp", out + "BiasAdd/ReadVariableOp");
  }
  return names;
}

// TensorFlow's kernels are height, width, in, out; those of depthwise convolutions height, width, maps, 1.
torch::Tensor to_our_layout(const torch::Tensor& kernel, bool per_map) {
  return per_map ? kernel.permute({2, 3, 0, 1}) : kernel.permute({3, 2, 0, 1});
}

}  // namespace

MoveNetImpl::MoveNetImpl() {
  stem_ = register_module(
      "stem", ConvLayer(Conv2dOptions(3, kStemMaps, 3).stride(2), Activation::kRelu6, nn::ConvPadding::kTrailing));
  blocks_ = register_module("blocks", torch::nn::ModuleList());
  for (const BlockSpec& spec : kBlocks) blocks_->push_back(std::make_shared<BlockImpl>(spec));
  last_ = register_module("last", pointwise(kBlocks.back().out, kLastMaps, Activation::kRelu6));
  laterals_ = register_module("laterals", torch::nn::ModuleList());
  for (const LevelSpec& level : kLevels) laterals_->push_back(pointwise(level.in, level.maps, Activation::kNone));
  merges_ = register_module("merges", torch::nn::ModuleList());
  for (std::size_t i = 0; i + 1 < kMerged.size(); ++i) {
    merges_->push_back(std::make_shared<SeparableImpl>(kMerged[i], kMerged[i + 1], 0));
  }
  heads_ = register_module("heads", torch::nn::ModuleList());
  for (const HeadSpec& head : kHeads)
    heads_->push_back(std::make_shared<SeparableImpl>(kMerged.back(), kHeadMaps, head.maps));
}

torch::Tensor MoveNetImpl::features(const torch::Tensor& rgb) {
  torch::Tensor x = stem_->forward(rgb / kHalfRange - 1);
  std::array<torch::Tensor, kLevels.size()> levels;
  for (std::size_t i = 0; i < kBlocks.size(); ++i) {
    x = blocks_[i]->as<BlockImpl>()->forward(x);
    for (std::size_t level = 1; level < kLevels.size(); ++level) {
      if (kLevels[level].after_block == static_cast<int>(i)) levels[level] = laterals_[level]->as<ConvLayer>()->forward(x);
    }
  }
  x = laterals_[0]->as<ConvLayer>()->forward(last_->forward(x));
  for (std::size_t level = 1; level < kLevels.size(); ++level) {
    const torch::Tensor finer = torch::upsample_bilinear2d(x, levels[level].sizes().slice(2), /*align_corners=*/false);
    x = merges_[level - 1]->as<SeparableImpl>()->forward(finer + levels[level]);
  }
  return x;
}

MoveNetMaps MoveNetImpl::forward(const torch::Tensor& rgb) {
  const torch::Tensor x = features(rgb);
  const auto head = [&](std::size_t index) { return heads_[index]->as<SeparableImpl>()->forward(x); };
  return {.center = head(0),
          .box_size = head(1),
          .box_offset = head(2),
          .key_heat = head(3),
          .key_reach = head(4),
          .key_offset = head(5)};
}

core::Status MoveNetImpl::load_tfjs(const nn::TensorMap& tensors) {
  const torch::NoGradGuard no_grad;
  const auto parameters = named_parameters();
  std::vector<std::pair<torch::Tensor, torch::Tensor>> copies;
  for (const auto& [ours, theirs] : published_names()) {
    const auto found = tensors.find(theirs);
    if (found == tensors.end()) {
      return core::fail(core::ErrorCode::kUnreadable, std::format("not MoveNet MultiPose: tensor {} is missing", theirs));
    }
    const torch::Tensor& target = parameters[ours];
    const bool per_map = target.dim() == 4 && target.size(1) == 1;
    const torch::Tensor value =
        target.dim() == 4 && found->second.dim() == 4 ? to_our_layout(found->second, per_map) : found->second;
    if (value.sizes() != target.sizes()) {
      return core::fail(core::ErrorCode::kUnreadable,
                        std::format("not MoveNet MultiPose: tensor {} has another shape", theirs));
    }
    copies.emplace_back(target, value);
  }
  for (auto& [target, value] : copies) target.copy_(value);
  return {};
}

}  // namespace vigil::nets
