#include "nets/movenet.h"

#include <array>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "nn/tfjs_weights.h"
#include "support/shared_data.h"

namespace vigil::nets {
namespace {

torch::Tensor picture() {
  torch::Tensor rgb = torch::empty({1, 3, 96, 128});
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 96; ++y) {
      for (int x = 0; x < 128; ++x) rgb[0][c][y][x] = (x * 7 + y * 13 + c * 31 + (x * y) % 17) % 256;
    }
  }
  return rgb;
}

TEST(MoveNet, has_the_published_networks_parameters) {
  std::int64_t count = 0;
  for (const torch::Tensor& parameter : MoveNet()->parameters()) count += parameter.numel();
  EXPECT_EQ(count, 4'723'346);
}

TEST(MoveNet, maps_lie_on_a_grid_of_four_pixels_whatever_the_size) {
  torch::manual_seed(1);
  MoveNet net;
  net->eval();
  const torch::NoGradGuard no_grad;
  const MoveNetMaps maps = net->forward(torch::rand({2, 3, 64, 160}) * 255);
  EXPECT_EQ(maps.center.sizes(), torch::IntArrayRef({2, 1, 16, 40}));
  EXPECT_EQ(maps.box_size.sizes(), torch::IntArrayRef({2, 2, 16, 40}));
  EXPECT_EQ(maps.key_reach.sizes(), torch::IntArrayRef({2, 34, 16, 40}));
}

TEST(MoveNet, frozen_equals_plain) {
  torch::manual_seed(2);
  MoveNet net;
  net->eval();
  const torch::NoGradGuard no_grad;
  const MoveNetMaps plain = net->forward(picture());
  nn::freeze(*net, {.device = torch::kCPU, .dtype = torch::kFloat32});
  const MoveNetMaps frozen = net->forward(picture());
  for (auto map : {&MoveNetMaps::center, &MoveNetMaps::box_size, &MoveNetMaps::key_heat, &MoveNetMaps::key_reach}) {
    const double largest = (plain.*map).abs().max().item<double>();
    EXPECT_LT((frozen.*map - plain.*map).abs().max().item<double>(), 1e-4 * largest);
  }
}

TEST(MoveNet, with_the_published_weights_equals_an_independent_run_of_the_published_graph) {
  VIGIL_REQUIRE_PUBLIC_MODEL(published, "movenet-multipose.json");
  const auto tensors = nn::read_tfjs_weights(published);
  ASSERT_TRUE(tensors) << tensors.error().message;
  MoveNet net;
  const auto loaded = net->load_tfjs(*tensors);
  ASSERT_TRUE(loaded) << loaded.error().message;
  net->eval();
  const torch::NoGradGuard no_grad;
  const MoveNetMaps maps = net->forward(picture());
  // Made with PyTorch in Python by walking the graph of the published file node by node.
  const auto expect = [](const torch::Tensor& map, const std::array<float, 4>& values) {
    const torch::Tensor last = map[0][map.size(1) - 1];
    const double tolerance = 1e-3;
    EXPECT_NEAR(last[0][0].item<float>(), values[0], tolerance);
    EXPECT_NEAR(last[5][7].item<float>(), values[1], tolerance);
    EXPECT_NEAR(last[11][30].item<float>(), values[2], tolerance);
    EXPECT_NEAR(last[23][31].item<float>(), values[3], tolerance);
  };
  expect(maps.center, {-6.0172F, -5.3446F, -5.8626F, -10.9634F});
  expect(maps.box_size, {1.8659F, 11.4176F, 6.1434F, -0.9701F});
  expect(maps.box_offset, {0.8547F, 0.4688F, 0.7429F, 1.0555F});
  expect(maps.key_heat, {-6.3078F, -6.4318F, -7.3785F, -8.6451F});
  expect(maps.key_reach, {-0.8565F, 2.7932F, 0.8687F, -2.5641F});
  expect(maps.key_offset, {0.9844F, 0.8105F, 1.4756F, -1.6827F});
}

}  // namespace
}  // namespace vigil::nets
