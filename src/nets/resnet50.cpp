#include "nets/resnet50.h"

#include <array>

namespace vigil::nets {
namespace {

// Stages 4 and 5.
constexpr std::array<ResnetBlockSpec, 9> kBlocks = {{{"4a", 512, 256, 2, true},
                                                     {"4b", 1024, 256, 1, false},
                                                     {"4c", 1024, 256, 1, false},
                                                     {"4d", 1024, 256, 1, false},
                                                     {"4e", 1024, 256, 1, false},
                                                     {"4f", 1024, 256, 1, false},
                                                     {"5a", 1024, 512, 2, true},
                                                     {"5b", 2048, 512, 1, false},
                                                     {"5c", 2048, 512, 1, false}}};

}  // namespace

Resnet50Impl::Resnet50Impl()
    : trunk_(register_module("trunk", ResnetTrunk())), blocks_(register_module("blocks", torch::nn::ModuleList())) {
  for (const ResnetBlockSpec& spec : kBlocks) blocks_->push_back(ResnetBlock(spec));
}

torch::Tensor Resnet50Impl::forward(torch::Tensor pictures) {
  torch::Tensor x = trunk_->forward(std::move(pictures));
  for (const auto& block : *blocks_) x = block->as<ResnetBlockImpl>()->forward(x);
  return x.mean({2, 3});
}

core::Status Resnet50Impl::load_keras(const nn::TensorMap& tensors) {
  if (auto loaded = trunk_->load_keras(tensors); !loaded) return loaded;
  for (std::size_t i = 0; i < kBlocks.size(); ++i) {
    auto loaded = load_keras_block(tensors, kBlocks[i].name, *blocks_[i]->as<ResnetBlockImpl>());
    if (!loaded) return loaded;
  }
  return {};
}

FrozenResnet50::FrozenResnet50(const Resnet50Impl& network) : trunk_(*network.trunk_) {
  for (const auto& block : *network.blocks_) blocks_.emplace_back(*block->as<ResnetBlockImpl>());
}

torch::Tensor FrozenResnet50::forward(const torch::Tensor& pictures) {
  torch::Tensor x = trunk_.forward(pictures);
  for (FrozenResnetBlock& block : blocks_) x = block.forward(x);
  return x.mean({2, 3});
}

}  // namespace vigil::nets
