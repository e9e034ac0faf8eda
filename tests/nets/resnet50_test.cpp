#include "nets/resnet50.h"

#include <gtest/gtest.h>

#include "nets/keras_weights.h"

namespace vigil::nets {
namespace {

TEST(Resnet50, equals_the_reference_with_formula_weights) {
  Resnet50 network;
  ASSERT_TRUE(network->load_keras(keras_weights()));
  const torch::NoGradGuard no_grad;
  const torch::Tensor looks = network->forward(to_trunk_input(formula_pictures()));
  ASSERT_EQ(looks.sizes(), (std::vector<std::int64_t>{2, 2048}));

  // Plain loops in double precision, from the layers' description, normalisation not folded.
  const std::vector<float> first = {65.2878F, 449.1933F, 1.3202F, 32.1009F, 21.2229F, 257.4424F, 118.7262F, 153.7755F};
  const std::vector<float> second = {2.9596F, 6.4383F, 132.8194F, 217.2073F, 280.5185F, 141.7230F, 22.2735F, 71.0208F};
  for (std::size_t i = 0; i < first.size(); ++i) {
    const auto number = static_cast<std::int64_t>(256 * i);
    EXPECT_NEAR(looks[0][number].item<float>(), first[i], 2e-2);
    EXPECT_NEAR(looks[1][number + 3].item<float>(), second[i], 2e-2);
  }
}

TEST(Resnet50, frozen_equals_plain) {
  Resnet50 network;
  ASSERT_TRUE(network->load_keras(keras_weights()));
  const torch::InferenceMode inference;
  const torch::Tensor shown = to_trunk_input(formula_pictures());
  const torch::Tensor plain = network->forward(shown);
  const torch::Tensor fast = FrozenResnet50(*network).forward(shown);
  ASSERT_EQ(fast.sizes(), plain.sizes());
  EXPECT_LT((fast - plain).abs().max().item<double>(), 1e-4 * plain.abs().max().item<double>());
}

TEST(Resnet50, has_all_parameters_but_those_of_the_classes) {
  std::int64_t count = 0;
  for (const torch::Tensor& parameter : Resnet50()->parameters()) count += parameter.numel();
  EXPECT_EQ(count, 23'481'472);
}

TEST(Resnet50, a_missing_tensor_is_named) {
  nn::TensorMap weights = keras_weights();
  weights.erase("res5c_branch2b/bias");
  const auto loaded = Resnet50()->load_keras(weights);
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().message.find("res5c_branch2b/bias"), std::string::npos);
}

}  // namespace
}  // namespace vigil::nets
