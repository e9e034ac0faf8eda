#include "nets/resnet_trunk.h"

#include <array>

#include <torch/nn/functional.h>

namespace vigil::nets {
namespace {

namespace F = torch::nn::functional;

// Stages 2 and 3 of the 50-layer network.
constexpr std::array<ResnetBlockSpec, 7> kBlocks = {{{"2a", 64, 64, 1, true},
                                                     {"2b", 256, 64, 1, false},
                                                     {"2c", 256, 64, 1, false},
                                                     {"3a", 256, 128, 2, true},
                                                     {"3b", 512, 128, 1, false},
                                                     {"3c", 512, 128, 1, false},
                                                     {"3d", 512, 128, 1, false}}};

torch::Tensor pool(const torch::Tensor& x) { return F::max_pool2d(x, F::MaxPool2dFuncOptions(3).stride(2).padding(1)); }

}  // namespace

ResnetTrunkImpl::ResnetTrunkImpl() {
  stem_ = register_module("conv1", torch::nn::Conv2d(torch::nn::Conv2dOptions(3, 64, 7).stride(2).padding(3)));
  blocks_ = register_module("blocks", torch::nn::ModuleList());
  for (const ResnetBlockSpec& spec : kBlocks) blocks_->push_back(ResnetBlock(spec));
}

torch::Tensor ResnetTrunkImpl::forward(torch::Tensor pictures) {
  torch::Tensor x = pool(stem_->forward(pictures).relu_());
  for (const auto& block : *blocks_) x = block->as<ResnetBlockImpl>()->forward(x);
  return x;
}

core::Status ResnetTrunkImpl::load_keras(const nn::TensorMap& tensors) {
  if (auto loaded = load_keras_conv(tensors, "conv1", "bn_conv1", *stem_); !loaded) return loaded;
  for (std::size_t i = 0; i < kBlocks.size(); ++i) {
    auto loaded = load_keras_block(tensors, kBlocks[i].name, *blocks_[i]->as<ResnetBlockImpl>());
    if (!loaded) return loaded;
  }
  return {};
}

FrozenTrunk::FrozenTrunk(const ResnetTrunkImpl& trunk) : stem_(nn::fold(*trunk.stem_), nn::Activation::kRelu, {}) {
  for (const auto& block : *trunk.blocks_) blocks_.emplace_back(*block->as<ResnetBlockImpl>());
}

torch::Tensor FrozenTrunk::forward(const torch::Tensor& pictures) {
  torch::Tensor x = pool(stem_(pictures));
  for (FrozenResnetBlock& block : blocks_) x = block.forward(x);
  return x;
}

torch::Tensor to_trunk_input(const torch::Tensor& rgb) {
  const torch::Tensor mean = torch::tensor({103.939F, 116.779F, 123.68F}).view({1, 3, 1, 1});
  return (rgb.permute({0, 3, 1, 2}).flip(1).to(torch::kFloat32) - mean).contiguous(at::MemoryFormat::ChannelsLast);
}

}  // namespace vigil::nets
