#include "nets/seed_3dcnn.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

namespace vigil::nets {
namespace {

TEST(Seed3dCnn, has_the_parameters_of_the_document) {
  const Seed3dCnn net;
  std::int64_t count = 0;
  std::map<std::string, std::vector<std::int64_t>> shapes;
  for (const auto& item : net.named_parameters()) {
    count += item.value().numel();
    shapes[item.key()] = item.value().sizes().vec();
  }
  EXPECT_EQ(count, 1'869'849);
  using Shape = std::vector<std::int64_t>;
  const std::map<std::string, Shape> weights = {
      {"video_module.features.0.weight", {2, 3, 3, 3, 3}},
      {"video_module.features.2.weight", {4, 2, 3, 3, 3}},
      {"video_module.features.4.weight", {8, 4, 3, 3, 3}},
      {"video_module.features.5.weight", {8, 8, 3, 3, 3}},
      {"video_module.features.7.weight", {16, 8, 3, 3, 3}},
      {"video_module.features.8.weight", {16, 16, 3, 3, 3}},
      {"video_module.features.10.weight", {16, 16, 3, 3, 3}},
      {"video_module.features.11.weight", {16, 16, 3, 3, 3}},
      {"video_module.fc1.weight", {800, 800}},
      {"video_module.fc2.weight", {1000, 800}},
      {"video_module.fc3.weight", {400, 1000}},
      {"linear.weight", {1, 400}},
  };
  ASSERT_EQ(shapes.size(), 2 * weights.size());
  for (const auto& [name, shape] : weights) {
    EXPECT_EQ(shapes[name], shape) << name;
    const std::string bias = name.substr(0, name.rfind('.')) + ".bias";
    EXPECT_EQ(shapes[bias], Shape{shape[0]}) << bias;
  }
}

TEST(Seed3dCnn, gives_one_logit_a_clip_and_drops_out_only_in_training) {
  torch::manual_seed(1);
  Seed3dCnn net;
  const torch::Tensor clips = torch::randn({2, 3, 10, 112, 112});
  const torch::NoGradGuard no_grad;
  net.train();
  const torch::Tensor noisy = net.forward(clips);
  EXPECT_EQ(noisy.sizes(), torch::IntArrayRef({2}));
  EXPECT_FALSE(net.forward(clips).equal(noisy));
  net.eval();
  EXPECT_TRUE(net.forward(clips).equal(net.forward(clips)));
  EXPECT_TRUE(torch::allclose(net.forward(clips)[1], net.forward(clips.slice(0, 1))[0], 1e-4, 1e-5)) << "batched = single";
}

TEST(ClipNets, are_made_by_name) {
  for (const std::string& name : clip_net_names()) EXPECT_TRUE(make_clip_net(name)) << name;
  const auto unknown = make_clip_net("resnet-9000");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, core::ErrorCode::kInvalidArgument);
  EXPECT_THAT(unknown.error().message, ::testing::HasSubstr("seed-3dcnn"));
}

}  // namespace
}  // namespace vigil::nets
