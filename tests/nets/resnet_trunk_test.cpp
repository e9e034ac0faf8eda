#include "nets/resnet_trunk.h"

#include <gtest/gtest.h>

#include "nets/keras_weights.h"

namespace vigil::nets {
namespace {

TEST(ResnetTrunk, equals_the_reference_with_formula_weights) {
  ResnetTrunk trunk;
  ASSERT_TRUE(trunk->load_keras(keras_weights()));
  const torch::NoGradGuard no_grad;
  const torch::Tensor maps = trunk->forward(to_trunk_input(formula_pictures()));
  ASSERT_EQ(maps.sizes(), (std::vector<std::int64_t>{2, 512, 12, 16}));

  // PyTorch 2.6 in Python, from the layers' description.
  const std::vector<float> first = {104.08208F, 22.36177F,  36.76019F, 111.43488F,
                                    216.66019F, 331.43469F, 0.00000F,  66.01800F};
  const std::vector<float> second = {70.10026F, 24.04391F, 0.00000F, 54.19709F, 0.00000F, 15.78978F, 43.88796F, 19.09647F};
  for (std::size_t i = 0; i < first.size(); ++i) {
    const auto map = static_cast<std::int64_t>(64 * i);
    EXPECT_NEAR(maps[0][map][5][7].item<float>(), first[i], 2e-2);
    EXPECT_NEAR(maps[1][map + 3][11][15].item<float>(), second[i], 2e-2);
  }
}

TEST(ResnetTrunk, frozen_equals_plain) {
  ResnetTrunk trunk;
  ASSERT_TRUE(trunk->load_keras(keras_weights()));
  const torch::InferenceMode inference;
  const torch::Tensor shown = to_trunk_input(formula_pictures());
  const torch::Tensor plain = trunk->forward(shown);
  FrozenTrunk frozen(*trunk);
  const torch::Tensor fast = frozen.forward(shown);
  ASSERT_EQ(fast.sizes(), plain.sizes());
  EXPECT_LT((fast - plain).abs().max().item<double>(), 1e-4 * plain.abs().max().item<double>());
}

TEST(ResnetTrunk, has_the_first_three_stages_parameters) {
  std::int64_t count = 0;
  for (const torch::Tensor& parameter : ResnetTrunk()->parameters()) count += parameter.numel();
  EXPECT_EQ(count, 1'439'872);
}

TEST(ResnetTrunk, a_missing_tensor_is_named) {
  nn::TensorMap weights = keras_weights();
  weights.erase("bn3b_branch2c/gamma");
  const auto loaded = ResnetTrunk()->load_keras(weights);
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().message.find("bn3b_branch2c/gamma"), std::string::npos);
}

}  // namespace
}  // namespace vigil::nets
