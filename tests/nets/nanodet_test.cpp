#include "nets/nanodet.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "nn/conv_block.h"
#include "nn/device.h"
#include "nn/tfjs_weights.h"
#include "support/shared_data.h"

namespace vigil::nets {
namespace {

torch::Tensor picture(int height, int width) {
  const torch::Tensor y = torch::arange(height).view({height, 1});
  const torch::Tensor x = torch::arange(width).view({1, width});
  std::vector<torch::Tensor> planes;
  for (int c = 0; c < 3; ++c) planes.push_back((x * 7 + y * 13 + c * 31 + (x * y) % 17) % 256);
  return torch::stack(planes).to(torch::kFloat32).unsqueeze(0);
}

double difference(const torch::Tensor& a, const torch::Tensor& b) {
  return (a.to(torch::kFloat32) - b).abs().max().item<double>();
}

TEST(NanoDet, has_the_published_networks_parameters) {
  std::int64_t published = 0;  // where batch normalisation is folded into a bias
  const NanoDet net(80);
  for (const auto& item : net->named_parameters()) {
    if (!item.key().ends_with("bn.weight")) published += item.value().numel();
  }
  EXPECT_EQ(published, 3'786'068);
}

TEST(NanoDet, parameters_carry_the_published_names) {
  const NanoDet net(80);
  const auto shape_of = [&](const std::string& name) {
    const auto parameters = net->named_parameters();
    const auto* found = parameters.find(name);
    return found ? found->sizes().vec() : std::vector<std::int64_t>{};
  };
  using Shape = std::vector<std::int64_t>;
  EXPECT_EQ(shape_of("backbone.stages.0.conv.weight"), (Shape{32, 3, 3, 3}));
  EXPECT_EQ(shape_of("backbone.stages.3.res_blocks.1.mid_conv.bn.weight"), (Shape{32}));
  EXPECT_EQ(shape_of("backbone.stages.5.res_out_conv.conv.weight"), (Shape{256, 256, 3, 3}));
  EXPECT_EQ(shape_of("fpn.lateral_convs.2.conv.bias"), (Shape{128}));
  EXPECT_EQ(shape_of("head.cls_convs.1.0.conv.weight"), (Shape{128, 128, 3, 3}));
  EXPECT_EQ(shape_of("head.gfl_cls.2.weight"), (Shape{124, 128, 1, 1}));
}

TEST(NanoDet, grids_lie_at_three_strides_whatever_the_size) {
  torch::manual_seed(1);
  const torch::NoGradGuard no_grad;
  NanoDet net(3);
  net->eval();
  const auto grids = net->grids(torch::rand({2, 3, 64, 160}) * 255);
  ASSERT_EQ(grids.size(), 3U);
  for (const DetectionGrid& grid : grids) {
    EXPECT_EQ(grid.boxes.sizes(), torch::IntArrayRef({2, 4 * kDistanceBins, 64 / grid.stride, 160 / grid.stride}));
    EXPECT_EQ(grid.classes.sizes(), torch::IntArrayRef({2, 3, 64 / grid.stride, 160 / grid.stride}));
  }
}

TEST(NanoDet, frozen_equals_plain) {
  torch::manual_seed(2);
  const torch::NoGradGuard no_grad;
  NanoDet net(80);
  net->eval();
  const torch::Tensor x = picture(96, 128);
  const auto plain = net->grids(x);
  for (const auto& [type, tolerance] : {std::pair{torch::kFloat32, 1e-4}, std::pair{torch::kBFloat16, 3e-2}}) {
    if (type == torch::kBFloat16 && !nn::cpu_has_bf16()) continue;
    nn::freeze(*net, {.dtype = type});
    const auto frozen = net->grids(x.to(type));
    for (std::size_t i = 0; i < plain.size(); ++i) {
      EXPECT_LT(difference(frozen[i].boxes, plain[i].boxes), tolerance * plain[i].boxes.abs().max().item<double>());
      EXPECT_LT(difference(frozen[i].classes, plain[i].classes), tolerance * plain[i].classes.abs().max().item<double>());
    }
  }
}

TEST(NanoDet, every_parameter_is_trained) {
  torch::manual_seed(3);
  NanoDet net(1);
  torch::Tensor loss = torch::zeros({});
  for (const DetectionGrid& grid : net->grids(torch::rand({2, 3, 64, 64}) * 255)) {
    loss = loss + grid.classes.square().mean() + grid.boxes.square().mean();
  }
  loss.backward();
  for (const auto& item : net->named_parameters()) {
    ASSERT_TRUE(item.value().grad().defined()) << item.key();
    EXPECT_GT(item.value().grad().abs().sum().item<double>(), 0) << item.key();
  }
}

TEST(NanoDet, with_the_published_weights_equals_an_independent_run_of_the_published_graph) {
  VIGIL_REQUIRE_PUBLIC_MODEL(file, "nanodet.json");
  const auto tensors = nn::read_tfjs_weights(file);
  ASSERT_TRUE(tensors) << tensors.error().message;
  NanoDet net;
  const auto loaded = net->load_tfjs(*tensors);
  ASSERT_TRUE(loaded) << loaded.error().message;
  net->eval();
  const torch::NoGradGuard no_grad;
  const auto grids = net->grids(picture(416, 416));
  // Made with PyTorch in Python by walking the graph of the published file node by node.
  const auto expect = [](const torch::Tensor& map, const std::array<float, 4>& values) {
    const double tolerance = 1e-3;
    const std::int64_t side = map.size(0);
    EXPECT_NEAR(map[0][0].item<float>(), values[0], tolerance);
    EXPECT_NEAR(map[side / 4][side / 3].item<float>(), values[1], tolerance);
    EXPECT_NEAR(map[side / 2][side - 2].item<float>(), values[2], tolerance);
    EXPECT_NEAR(map[side - 1][side - 1].item<float>(), values[3], tolerance);
  };
  expect(grids[0].classes[0][0], {-3.2915F, -5.8706F, -4.8065F, -3.4230F});
  expect(grids[0].classes[0][79], {-4.4342F, -7.5461F, -5.8897F, -4.2869F});
  expect(grids[0].boxes[0][0], {4.5387F, -1.2494F, 0.6948F, 1.0498F});
  expect(grids[0].boxes[0][43], {-0.9942F, -2.1847F, -0.7460F, -0.9486F});
  expect(grids[1].classes[0][0], {-4.4046F, -5.1687F, -4.5944F, -4.6054F});
  expect(grids[1].boxes[0][0], {0.5197F, -1.2914F, -0.5600F, -0.5332F});
  expect(grids[2].classes[0][79], {-4.5750F, -4.2632F, -4.8326F, -4.6599F});
  expect(grids[2].boxes[0][43], {-1.2357F, -2.3128F, -1.5354F, -1.2974F});
}

TEST(NanoDet, refuses_weights_of_another_network) {
  NanoDet net;
  const auto refused = net->load_tfjs({{"conv/kernel", torch::zeros({3, 3, 3, 32})}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::kUnsupported);
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("not NanoDet-g"));
}

}  // namespace
}  // namespace vigil::nets
