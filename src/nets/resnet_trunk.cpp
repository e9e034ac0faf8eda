#include "nets/resnet_trunk.h"

#include <array>
#include <format>
#include <optional>
#include <string>

#include <torch/nn/functional.h>

namespace vigil::nets {
namespace {

namespace F = torch::nn::functional;

constexpr double kBatchNormEps = 1e-3;

struct BlockSpec {
  const char* name;
  int in;
  int middle;
  int stride;
  bool project;
};

// Stages 2 and 3 of the 50-layer network; a stage's first block projects its input to the stage's width.
constexpr std::array<BlockSpec, 7> kBlocks = {{{"2a", 64, 64, 1, true},
                                               {"2b", 256, 64, 1, false},
                                               {"2c", 256, 64, 1, false},
                                               {"3a", 256, 128, 2, true},
                                               {"3b", 512, 128, 1, false},
                                               {"3c", 512, 128, 1, false},
                                               {"3d", 512, 128, 1, false}}};

torch::nn::Conv2d conv(int in, int out, int kernel, int stride) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel).stride(stride).padding(kernel / 2));
}

class BlockImpl : public torch::nn::Module {
 public:
  explicit BlockImpl(const BlockSpec& spec) {
    reduce_ = register_module("branch2a", conv(spec.in, spec.middle, 1, spec.stride));
    middle_ = register_module("branch2b", conv(spec.middle, spec.middle, 3, 1));
    expand_ = register_module("branch2c", conv(spec.middle, 4 * spec.middle, 1, 1));
    if (spec.project) project_ = register_module("branch1", conv(spec.in, 4 * spec.middle, 1, spec.stride));
  }

  torch::Tensor forward(torch::Tensor x) {
    torch::Tensor y = reduce_->forward(x).relu_();
    y = middle_->forward(y).relu_();
    y = expand_->forward(y);
    return y.add_(project_ ? project_->forward(x) : x).relu_();
  }

  const torch::nn::Conv2d& reduce() const { return reduce_; }
  const torch::nn::Conv2d& middle() const { return middle_; }
  const torch::nn::Conv2d& expand() const { return expand_; }
  const torch::nn::Conv2d& project() const { return project_; }  // empty: the input is added as it is

 private:
  torch::nn::Conv2d reduce_{nullptr}, middle_{nullptr}, expand_{nullptr}, project_{nullptr};
};
TORCH_MODULE(Block);

torch::Tensor pool(const torch::Tensor& x) { return F::max_pool2d(x, F::MaxPool2dFuncOptions(3).stride(2).padding(1)); }

// Folds conv/NAME + bn/NAME of a Keras model into `target`; throws std::out_of_range with the tensor's name when one is
// missing.
void fold(const nn::TensorMap& tensors, const std::string& conv_name, const std::string& norm_name,
          torch::nn::Conv2d& target) {
  const auto get = [&](const std::string& name) {
    const auto found = tensors.find(name);
    if (found == tensors.end()) throw std::out_of_range(name);
    return found->second;
  };
  const torch::Tensor scale = get(norm_name + "/gamma") / torch::sqrt(get(norm_name + "/moving_variance") + kBatchNormEps);
  const torch::Tensor kernel = get(conv_name + "/kernel").permute({3, 2, 0, 1});
  target->weight.copy_(kernel * scale.view({-1, 1, 1, 1}));
  target->bias.copy_((get(conv_name + "/bias") - get(norm_name + "/moving_mean")) * scale + get(norm_name + "/beta"));
}

}  // namespace

ResnetTrunkImpl::ResnetTrunkImpl() {
  stem_ = register_module("conv1", torch::nn::Conv2d(torch::nn::Conv2dOptions(3, 64, 7).stride(2).padding(3)));
  blocks_ = register_module("blocks", torch::nn::ModuleList());
  for (const BlockSpec& spec : kBlocks) blocks_->push_back(Block(spec));
}

torch::Tensor ResnetTrunkImpl::forward(torch::Tensor pictures) {
  torch::Tensor x = pool(stem_->forward(pictures).relu_());
  for (const auto& block : *blocks_) x = block->as<BlockImpl>()->forward(x);
  return x;
}

core::Status ResnetTrunkImpl::load_keras(const nn::TensorMap& tensors) {
  const torch::NoGradGuard no_grad;
  try {
    fold(tensors, "conv1", "bn_conv1", stem_);
    for (std::size_t i = 0; i < kBlocks.size(); ++i) {
      for (const auto& branch : blocks_[i]->named_children()) {
        torch::nn::Conv2d target = std::dynamic_pointer_cast<torch::nn::Conv2dImpl>(branch.value());
        fold(tensors, std::format("res{}_{}", kBlocks[i].name, branch.key()),
             std::format("bn{}_{}", kBlocks[i].name, branch.key()), target);
      }
    }
  } catch (const std::out_of_range& missing) {
    return core::fail(core::ErrorCode::kUnreadable,
                      std::format("not a Keras ResNet-50: tensor {} is missing", missing.what()));
  } catch (const c10::Error& error) {
    return core::fail(core::ErrorCode::kUnreadable,
                      std::format("not a Keras ResNet-50: {}", error.what_without_backtrace()));
  }
  return {};
}

struct FrozenTrunk::Block {
  explicit Block(const BlockImpl& block)
      : reduce(nn::fold(*block.reduce()), nn::Activation::kRelu, {}),
        middle(nn::fold(*block.middle()), nn::Activation::kRelu, {}),
        expand(nn::fold(*block.expand()), nn::Activation::kRelu, {}) {
    if (block.project()) project.emplace(nn::fold(*block.project()), nn::Activation::kNone, nn::FreezeOptions{});
  }

  torch::Tensor forward(const torch::Tensor& x) {
    const torch::Tensor shortcut = project ? (*project)(x) : x;
    return expand(middle(reduce(x)), shortcut);
  }

  nn::FrozenConv reduce, middle, expand;
  std::optional<nn::FrozenConv> project;
};

FrozenTrunk::FrozenTrunk(const ResnetTrunkImpl& trunk) : stem_(nn::fold(*trunk.stem_), nn::Activation::kRelu, {}) {
  for (const auto& block : *trunk.blocks_) blocks_.push_back(std::make_unique<Block>(*block->as<BlockImpl>()));
}
FrozenTrunk::~FrozenTrunk() = default;

torch::Tensor FrozenTrunk::forward(const torch::Tensor& pictures) {
  torch::Tensor x = pool(stem_(pictures));
  for (const auto& block : blocks_) x = block->forward(x);
  return x;
}

torch::Tensor to_trunk_input(const torch::Tensor& rgb) {
  const torch::Tensor mean = torch::tensor({103.939F, 116.779F, 123.68F}).view({1, 3, 1, 1});
  return (rgb.permute({0, 3, 1, 2}).flip(1).to(torch::kFloat32) - mean).contiguous(at::MemoryFormat::ChannelsLast);
}

}  // namespace vigil::nets
