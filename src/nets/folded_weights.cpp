#include "nets/folded_weights.h"

#include <format>

#include <torch/torch.h>

#include "nn/conv_block.h"

namespace vigil::nets {
namespace {

struct Target {
  nn::ConvBlockImpl* block = nullptr;
  nn::ConvLayerImpl* layer = nullptr;

  const torch::Tensor& weight() const { return block ? block->weight() : layer->weight; }
  void load(const FoldedWeights& folded) const {
    if (block) {
      block->load_folded(folded.weight, folded.bias);
    } else {
      layer->weight.copy_(folded.weight);
      layer->bias.copy_(folded.bias);
    }
  }
};

}  // namespace

core::Status load_folded(const Modules& modules, std::span<const FoldedWeights> convolutions) {
  std::vector<Target> targets;
  for (const auto& module : modules) {
    const Target target{.block = module->as<nn::ConvBlockImpl>(), .layer = module->as<nn::ConvLayerImpl>()};
    if (target.block || target.layer) targets.push_back(target);
  }
  if (convolutions.size() != targets.size()) {
    return core::fail(core::ErrorCode::kUnreadable,
                      std::format("{} convolutions; this network has {}", convolutions.size(), targets.size()));
  }
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const FoldedWeights& given = convolutions[i];
    const torch::Tensor& weight = targets[i].weight();
    if (given.weight.sizes() != weight.sizes() || given.bias.dim() != 1 || given.bias.size(0) != weight.size(0)) {
      return core::fail(core::ErrorCode::kUnreadable,
                        std::format("convolution {} of {} does not have the network's shape", i + 1, targets.size()));
    }
  }
  const torch::NoGradGuard no_grad;
  for (std::size_t i = 0; i < targets.size(); ++i) targets[i].load(convolutions[i]);
  return {};
}

}  // namespace vigil::nets
