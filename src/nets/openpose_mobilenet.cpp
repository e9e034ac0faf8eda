#include "nets/openpose_mobilenet.h"

#include <array>
#include <optional>
#include <string>

#include <torch/torch.h>

namespace vigil::nets {
namespace {

using nn::Activation;
using torch::Tensor;
using torch::nn::Conv2dOptions;

constexpr int kMaps = 128;  // that the stages work on
constexpr int kTrunkMaps = 512;
constexpr int kFirstHeadMaps = 512;
constexpr int kRefinementBlocks = 5;
constexpr double kMiddleLevel = 128;  // pixels are shown to the network as (level − 128) / 256
constexpr double kLevels = 256;

struct BlockSpec {
  int in;
  int out;
  int stride = 1;
  int dilation = 1;
};

constexpr std::array<BlockSpec, 11> kBlocks = {{{32, 64},
                                                {64, 128, 2},
                                                {128, 128},
                                                {128, 256, 2},
                                                {256, 256},
                                                {256, 512},
                                                {512, 512, 1, 2},
                                                {512, 512},
                                                {512, 512},
                                                {512, 512},
                                                {512, 512}}};

Conv2dOptions square(int in, int out, int stride = 1, int dilation = 1) {
  return Conv2dOptions(in, out, 3).stride(stride).dilation(dilation).padding(dilation);
}

Conv2dOptions per_map(int maps, int stride = 1, int dilation = 1) {
  return square(maps, maps, stride, dilation).groups(maps).bias(false);
}

Conv2dOptions pointwise(int in, int out) { return {in, out, 1}; }

// Convolutions in a row. As in the published file every convolution, normalisation and activation has a number, and those
// with parameters go by it.
class ConvRowImpl : public torch::nn::Module, public nn::Freezable {
 public:
  std::shared_ptr<ConvRowImpl> then(const Conv2dOptions& options, Activation activation) {
    return add(options, activation, /*normalised=*/false);
  }
  std::shared_ptr<ConvRowImpl> then_normalised(const Conv2dOptions& options) {
    return add(options, Activation::kRelu, /*normalised=*/true);
  }

  Tensor forward(Tensor x) {
    for (Step& step : steps_) {
      if (step.frozen) {
        x = (*step.frozen)(x);
        continue;
      }
      x = step.conv->forward(x);
      if (step.norm) x = step.norm->forward(x);
      x = nn::activate(x, step.activation);
    }
    return x;
  }

  void freeze(const nn::FreezeOptions& how) override {
    for (Step& step : steps_)
      step.frozen.emplace(nn::fold(*step.conv, step.norm ? step.norm.get() : nullptr), step.activation, how);
  }

 private:
  struct Step {
    torch::nn::Conv2d conv;
    torch::nn::BatchNorm2d norm;
    Activation activation;
    std::optional<nn::FrozenConv> frozen;
  };

  std::shared_ptr<ConvRowImpl> add(const Conv2dOptions& options, Activation activation, bool normalised) {
    Step step{.conv = register_module(std::to_string(numbered_++), torch::nn::Conv2d(options)),
              .norm = nullptr,
              .activation = activation,
              .frozen = {}};
    if (normalised) {
      step.norm = register_module(std::to_string(numbered_++), torch::nn::BatchNorm2d(options.out_channels()));
    }
    if (activation != Activation::kNone) ++numbered_;
    steps_.push_back(std::move(step));
    return std::static_pointer_cast<ConvRowImpl>(shared_from_this());
  }

  std::vector<Step> steps_;
  int numbered_ = 0;
};

using ConvRow = std::shared_ptr<ConvRowImpl>;

ConvRow row() { return std::make_shared<ConvRowImpl>(); }
ConvRow relu(const Conv2dOptions& options) { return row()->then(options, Activation::kRelu); }
ConvRow separable_elu(int maps) {
  return row()->then(per_map(maps), Activation::kElu)->then(pointwise(maps, maps).bias(false), Activation::kElu);
}

Tensor run(const torch::nn::ModuleList& list, Tensor x) {
  for (const auto& each : *list) x = each->as<ConvRowImpl>()->forward(x);
  return x;
}

// Between trunk and stages.
class ContextImpl : public torch::nn::Module {
 public:
  ContextImpl() {
    align_ = register_module("align", relu(pointwise(kTrunkMaps, kMaps)));
    trunk_ = register_module("trunk", torch::nn::ModuleList());
    for (int i = 0; i < 3; ++i) trunk_->push_back(separable_elu(kMaps));
    conv_ = register_module("conv", relu(square(kMaps, kMaps)));
  }

  Tensor forward(const Tensor& x) {
    const Tensor aligned = align_->forward(x);
    return conv_->forward(aligned + run(trunk_, aligned));
  }

 private:
  ConvRow align_, conv_;
  torch::nn::ModuleList trunk_;
};

torch::nn::ModuleList head(int middle, int out) {
  torch::nn::ModuleList list;
  list->push_back(relu(pointwise(kMaps, middle)));
  list->push_back(row()->then(pointwise(middle, out), Activation::kNone));
  return list;
}

class StageImpl : public torch::nn::Module {
 public:
  virtual Tensor features(const Tensor& x) = 0;

  OpenPoseMaps forward(const Tensor& x) {
    const Tensor y = features(x);
    return {.parts = run(parts_, y), .limbs = run(limbs_, y)};
  }

 protected:
  explicit StageImpl(int head_maps) {
    trunk_ = register_module("trunk", torch::nn::ModuleList());
    parts_ = register_module("heatmaps", head(head_maps, OpenPoseMobileNetImpl::kPartMaps));
    limbs_ = register_module("pafs", head(head_maps, OpenPoseMobileNetImpl::kLimbMaps));
  }

  torch::nn::ModuleList trunk_;

 private:
  torch::nn::ModuleList parts_, limbs_;
};

class FirstStageImpl : public StageImpl {
 public:
  FirstStageImpl() : StageImpl(kFirstHeadMaps) {
    for (int i = 0; i < 3; ++i) trunk_->push_back(relu(square(kMaps, kMaps)));
  }
  Tensor features(const Tensor& x) override { return run(trunk_, x); }
};

class RefinementBlockImpl : public torch::nn::Module {
 public:
  explicit RefinementBlockImpl(int in) {
    initial_ = register_module("initial", relu(pointwise(in, kMaps)));
    trunk_ = register_module("trunk", torch::nn::ModuleList());
    trunk_->push_back(row()->then_normalised(square(kMaps, kMaps)));
    trunk_->push_back(row()->then_normalised(square(kMaps, kMaps, 1, 2)));
  }

  Tensor forward(const Tensor& x) {
    const Tensor y = initial_->forward(x);
    return y + run(trunk_, y);
  }

 private:
  ConvRow initial_;
  torch::nn::ModuleList trunk_;
};

class RefinementStageImpl : public StageImpl {
 public:
  explicit RefinementStageImpl(int in) : StageImpl(kMaps) {
    for (int i = 0; i < kRefinementBlocks; ++i) {
      trunk_->push_back(std::make_shared<RefinementBlockImpl>(i == 0 ? in : kMaps));
    }
  }

  Tensor features(const Tensor& x) override {
    Tensor y = x;
    for (const auto& block : *trunk_) y = block->as<RefinementBlockImpl>()->forward(y);
    return y;
  }
};

}  // namespace

OpenPoseMobileNetImpl::OpenPoseMobileNetImpl() {
  model_ = register_module("model", torch::nn::ModuleList());
  model_->push_back(row()->then_normalised(square(3, kBlocks.front().in, 2).bias(false)));
  for (const BlockSpec& spec : kBlocks) {
    model_->push_back(row()
                          ->then_normalised(per_map(spec.in, spec.stride, spec.dilation))
                          ->then_normalised(pointwise(spec.in, spec.out).bias(false)));
  }
  context_ = register_module("cpm", std::make_shared<ContextImpl>());
  first_ = register_module("initial_stage", std::make_shared<FirstStageImpl>());
  refinements_ = register_module("refinement_stages", torch::nn::ModuleList());
  refinements_->push_back(std::make_shared<RefinementStageImpl>(kMaps + kPartMaps + kLimbMaps));
}

std::vector<OpenPoseMaps> OpenPoseMobileNetImpl::stages(const Tensor& bgr) {
  const Tensor features = context_->as<ContextImpl>()->forward(run(model_, (bgr - kMiddleLevel) / kLevels));
  std::vector<OpenPoseMaps> maps = {first_->as<FirstStageImpl>()->forward(features)};
  for (const auto& stage : *refinements_) {
    maps.push_back(
        stage->as<RefinementStageImpl>()->forward(torch::cat({features, maps.back().parts, maps.back().limbs}, 1)));
  }
  return maps;
}

OpenPoseMaps OpenPoseMobileNetImpl::forward(const Tensor& bgr) { return stages(bgr).back(); }

}  // namespace vigil::nets
