#include "nets/osnet.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <torch/torch.h>

#include "nn/weights.h"

namespace vigil::nets {
namespace {

using nn::Activation;
using nn::ConvBlock;
using nn::ConvBlockOptions;
using nn::ConvLayer;
using nn::FrozenConv;
using torch::Tensor;
using torch::nn::BatchNorm2d;
using torch::nn::Conv2d;
using torch::nn::Conv2dOptions;

constexpr int kStemMaps = 16;
constexpr std::array<int, 3> kStageMaps = {64, 96, 128};
constexpr int kStreams = 4;    // of a block, one to four small convolutions long
constexpr int kReduction = 4;  // of a block's inner maps
constexpr int kGateDivisor = 16;
constexpr double kEps = 1e-5;  // of batch normalisation
constexpr double kMomentum = 0.1;
constexpr std::array<float, 3> kMean = {123.675F, 116.28F, 103.53F};  // ImageNet's, in levels
constexpr std::array<float, 3> kDeviation = {58.395F, 57.12F, 57.375F};

ConvBlock block(int in, int out, Activation activation = Activation::kRelu, int kernel = 1, int stride = 1) {
  return ConvBlock(ConvBlockOptions{.in = in,
                                    .out = out,
                                    .kernel = kernel,
                                    .stride = stride,
                                    .activation = activation,
                                    .norm_eps = kEps,
                                    .norm_momentum = kMomentum});
}

// A 3 × 3 convolution as a pointwise and a depthwise one.
class LightConvImpl : public torch::nn::Module, public nn::Freezable {
 public:
  explicit LightConvImpl(int maps)
      : conv1_(register_module("conv1", Conv2d(Conv2dOptions(maps, maps, 1).bias(false)))),
        conv2_(register_module("conv2", Conv2d(Conv2dOptions(maps, maps, 3).padding(1).groups(maps).bias(false)))),
        norm_(register_module("bn", BatchNorm2d(maps))) {}

  Tensor forward(const Tensor& x) {
    if (frozen_) return frozen_->depthwise(frozen_->pointwise(x));
    return torch::relu(norm_->forward(conv2_->forward(conv1_->forward(x))));
  }

  void freeze(const nn::FreezeOptions& how) override {
    frozen_.emplace(FrozenConv(nn::fold(*conv1_), Activation::kNone, how),
                    FrozenConv(nn::fold(*conv2_, norm_.get()), Activation::kRelu, how));
  }

 private:
  struct Frozen {
    FrozenConv pointwise, depthwise;
  };

  Conv2d conv1_, conv2_;
  BatchNorm2d norm_;
  std::optional<Frozen> frozen_;
};

// Weighs each map by what all of the picture says.
class ChannelGateImpl : public torch::nn::Module {
 public:
  explicit ChannelGateImpl(int maps)
      : fc1_(register_module("fc1", ConvLayer(Conv2dOptions(maps, maps / kGateDivisor, 1), Activation::kRelu))),
        fc2_(register_module("fc2", ConvLayer(Conv2dOptions(maps / kGateDivisor, maps, 1)))) {}

  Tensor forward(const Tensor& x) { return x * torch::sigmoid(fc2_->forward(fc1_->forward(x.mean({2, 3}, true)))); }

 private:
  ConvLayer fc1_, fc2_;
};

class OmniScaleBlockImpl : public torch::nn::Module {
 public:
  OmniScaleBlockImpl(int in, int out) {
    const int middle = out / kReduction;
    conv1_ = register_module("conv1", block(in, middle));
    first_ = register_module("conv2a", std::make_shared<LightConvImpl>(middle));
    for (int length = 2; length <= kStreams; ++length) {
      torch::nn::Sequential stream;
      for (int i = 0; i < length; ++i) stream->push_back(std::make_shared<LightConvImpl>(middle));
      longer_.push_back(register_module(std::string("conv2") + static_cast<char>('a' + length - 1), stream));
    }
    gate_ = register_module("gate", std::make_shared<ChannelGateImpl>(middle));
    conv3_ = register_module("conv3", block(middle, out, Activation::kNone));
    if (in != out) downsample_ = register_module("downsample", block(in, out, Activation::kNone));
  }

  Tensor forward(const Tensor& x) {
    const Tensor narrow = conv1_->forward(x);
    Tensor sum = gate_->forward(first_->forward(narrow));
    for (torch::nn::Sequential& stream : longer_) sum = sum + gate_->forward(stream->forward(narrow));
    return torch::relu(conv3_->forward(sum) + (downsample_ ? downsample_->forward(x) : x));
  }

 private:
  ConvBlock conv1_{nullptr}, conv3_{nullptr}, downsample_{nullptr};
  std::shared_ptr<LightConvImpl> first_;
  std::vector<torch::nn::Sequential> longer_;
  std::shared_ptr<ChannelGateImpl> gate_;
};

// Between two stages: half the size.
class TransitionImpl : public torch::nn::Module {
 public:
  explicit TransitionImpl(int maps) : conv_(register_module("0", block(maps, maps))) {}
  Tensor forward(const Tensor& x) { return torch::avg_pool2d(conv_->forward(x), 2); }

 private:
  ConvBlock conv_;
};

torch::nn::Sequential stage(int in, int out, bool halve) {
  torch::nn::Sequential blocks;
  blocks->push_back(std::make_shared<OmniScaleBlockImpl>(in, out));
  blocks->push_back(std::make_shared<OmniScaleBlockImpl>(out, out));
  if (halve) blocks->push_back(std::make_shared<TransitionImpl>(out));
  return blocks;
}

Tensor levels(const std::array<float, 3>& values, const Tensor& like) {
  return torch::tensor({values[0], values[1], values[2]}).view({1, 3, 1, 1}).to(like.device());
}

// "/conv2/conv2.0/conv2a/conv1/Conv" → "conv2.0.conv2a.conv1": a container's parts repeat its name.
std::string module_path(std::string_view operation) {
  std::string path;
  std::string_view last;
  while (!operation.empty()) {
    operation.remove_prefix(1);
    const std::string_view part = operation.substr(0, operation.find('/'));
    operation.remove_prefix(part.size());
    if (operation.empty()) break;  // the kind of operation
    if (!last.empty() && part.starts_with(last) && part[std::min(last.size(), part.size() - 1)] == '.') {
      path.resize(path.size() - last.size());
    } else if (!path.empty()) {
      path += '.';
    }
    path += part;
    last = part;
  }
  return path;
}

}  // namespace

OsnetImpl::OsnetImpl(const OsnetOptions& options) : options_(options) {
  conv1_ = register_module("conv1", block(3, kStemMaps, Activation::kRelu, 7, 2));
  conv2_ = register_module("conv2", stage(kStemMaps, kStageMaps[0], /*halve=*/true));
  conv3_ = register_module("conv3", stage(kStageMaps[0], kStageMaps[1], /*halve=*/true));
  conv4_ = register_module("conv4", stage(kStageMaps[1], kStageMaps[2], /*halve=*/false));
  conv5_ = register_module("conv5", block(kStageMaps[2], kStageMaps[2]));
  fc_ = register_module("fc", torch::nn::Sequential(torch::nn::Linear(kStageMaps[2], options.embedding),
                                                    torch::nn::BatchNorm1d(options.embedding), torch::nn::ReLU()));
}

Tensor OsnetImpl::forward(const Tensor& rgb) {
  const Tensor normalised = (rgb.to(torch::kFloat32) - levels(kMean, rgb)) / levels(kDeviation, rgb);
  Tensor x = torch::max_pool2d(conv1_->forward(normalised), 3, 2, 1);
  x = conv4_->forward(conv3_->forward(conv2_->forward(x)));
  return fc_->forward(conv5_->forward(x).mean({2, 3}).to(torch::kFloat32));
}

core::Status OsnetImpl::load_onnx(const nn::OnnxWeights& model) {
  nn::TensorMap wanted = nn::copy_weights(*this);
  nn::TensorMap given;
  const auto take = [&](const formats::GraphNode& node, std::size_t input, const std::string& name) {
    if (node.inputs.size() <= input) return;
    if (const auto found = model.tensors.find(node.inputs[input]); found != model.tensors.end()) given[name] = found->second;
  };
  for (const formats::GraphNode& node : model.nodes) {
    const std::string path = module_path(node.name);
    if (node.op == "BatchNormalization") {
      take(node, 1, path + ".weight");
      take(node, 2, path + ".bias");
      take(node, 3, path + ".running_mean");
      take(node, 4, path + ".running_var");
      given[path + ".num_batches_tracked"] = torch::zeros({}, torch::kInt64);
    }
    // Operations that the network has not are other runs of a gate, with the weights of the first under another name.
    if ((node.op != "Conv" && node.op != "Gemm") || !wanted.contains(path + ".weight")) continue;
    take(node, 1, path + ".weight");
    const std::string norm = path.substr(0, path.rfind('.') + 1) + "bn";
    const bool folded = !wanted.contains(path + ".bias") && node.inputs.size() > 2;
    take(node, 2, folded ? norm + ".bias" : path + ".bias");
    if (!folded || !wanted.contains(norm + ".weight")) continue;
    given[norm + ".weight"] = torch::ones_like(wanted[norm + ".weight"]);
    given[norm + ".running_mean"] = torch::zeros_like(wanted[norm + ".running_mean"]);
    given[norm + ".running_var"] = torch::full_like(wanted[norm + ".running_var"], 1 - kEps);
    given[norm + ".num_batches_tracked"] = torch::zeros({}, torch::kInt64);
  }
  return nn::load_weights(given, *this);
}

}  // namespace vigil::nets
