#include "nets/osnet.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "nn/device.h"
#include "nn/weights.h"

namespace vigil::nets {
namespace {

using torch::Tensor;

Osnet settled(int embedding) {
  torch::manual_seed(3);
  Osnet net(OsnetOptions{.embedding = embedding});
  for (int i = 0; i < 20; ++i) net->forward(torch::rand({8, 3, 64, 32}) * 255);
  net->eval();
  return net;
}

double difference(const Tensor& a, const Tensor& b) { return (a - b).abs().max().item<double>(); }

TEST(Osnet, has_the_published_networks_parameters_under_its_names) {
  const Osnet net;
  const nn::TensorMap tensors = nn::copy_weights(*net);
  using Shape = std::vector<std::int64_t>;
  const auto shape_of = [&](const std::string& name) {
    const auto found = tensors.find(name);
    return found == tensors.end() ? Shape{} : found->second.sizes().vec();
  };
  EXPECT_EQ(shape_of("conv1.conv.weight"), (Shape{16, 3, 7, 7}));
  EXPECT_EQ(shape_of("conv2.0.conv2a.conv1.weight"), (Shape{16, 16, 1, 1}));
  EXPECT_EQ(shape_of("conv2.0.conv2d.3.conv2.weight"), (Shape{16, 1, 3, 3}));
  EXPECT_EQ(shape_of("conv2.0.conv2b.1.bn.running_var"), (Shape{16}));
  EXPECT_EQ(shape_of("conv2.0.gate.fc1.weight"), (Shape{1, 16, 1, 1}));
  EXPECT_EQ(shape_of("conv2.0.downsample.conv.weight"), (Shape{64, 16, 1, 1}));
  EXPECT_EQ(shape_of("conv2.2.0.conv.weight"), (Shape{64, 64, 1, 1}));
  EXPECT_EQ(shape_of("conv3.1.conv3.bn.bias"), (Shape{96}));
  EXPECT_EQ(shape_of("conv4.1.gate.fc2.bias"), (Shape{32}));
  EXPECT_EQ(shape_of("fc.0.weight"), (Shape{512, 128}));
  EXPECT_EQ(shape_of("fc.1.running_mean"), (Shape{512}));
  std::int64_t trunk = 0;
  for (const auto& item : net->named_parameters()) trunk += item.key().starts_with("fc.") ? 0 : item.value().numel();
  EXPECT_EQ(trunk, 134'792);
}

TEST(Osnet, frozen_equals_plain) {
  Osnet net = settled(32);
  const torch::NoGradGuard no_grad;
  const Tensor pictures = torch::rand({2, 3, 64, 32}) * 255;
  const Tensor plain = net->forward(pictures);
  for (const torch::Dtype dtype : {torch::kFloat32, torch::kBFloat16}) {
    if (dtype == torch::kBFloat16 && !nn::cpu_has_bf16()) continue;
    nn::freeze(*net, {.dtype = dtype});
    const Tensor frozen = net->forward(pictures);
    EXPECT_EQ(frozen.dtype(), torch::kFloat32);
    EXPECT_LT(difference(frozen, plain), (dtype == torch::kFloat32 ? 1e-3 : 0.15) * plain.abs().max().item<double>());
  }
}

TEST(Osnet, batched_pictures_give_what_single_ones_give) {
  Osnet net = settled(32);
  nn::freeze(*net, {});
  const torch::NoGradGuard no_grad;
  const Tensor pictures = torch::rand({3, 3, 96, 48}) * 255;
  const Tensor all = net->forward(pictures);
  EXPECT_EQ(all.sizes(), torch::IntArrayRef({3, 32}));
  for (int i = 0; i < 3; ++i) {
    EXPECT_LT(difference(net->forward(pictures.narrow(0, i, 1)), all.narrow(0, i, 1)), 1e-4 * all.max().item<double>());
  }
}

TEST(Osnet, a_step_of_training_reaches_every_parameter) {
  torch::manual_seed(4);
  Osnet net(OsnetOptions{.embedding = 32});
  net->forward(torch::rand({4, 3, 64, 32}) * 255).square().mean().backward();
  for (const auto& item : net->named_parameters()) {
    EXPECT_TRUE(item.value().grad().defined() && item.value().grad().isfinite().all().item<bool>()) << item.key();
  }
}

}  // namespace
}  // namespace vigil::nets
