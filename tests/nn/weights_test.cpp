#include "nn/weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "support/temp_dir.h"

namespace vigil::nn {
namespace {

using ::testing::HasSubstr;

torch::nn::Sequential make_net() {
  return torch::nn::Sequential(torch::nn::Linear(3, 4), torch::nn::BatchNorm1d(4), torch::nn::Linear(4, 1));
}

TEST(Weights, load_gives_back_what_was_saved_with_buffers) {
  const test::TempDir dir;
  auto net = make_net();
  net->forward(torch::randn({8, 3}));  // moves the batch-norm's running statistics
  ASSERT_TRUE(save_weights(dir / "w", *net, {.metadata = {{"net", "tiny"}}}));

  const auto file = read_safetensors(dir / "w");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->metadata.at("net"), "tiny");
  auto other = make_net();
  ASSERT_TRUE(load_weights(file->tensors, *other));
  const TensorMap expected = copy_weights(*net);
  const TensorMap loaded = copy_weights(*other);
  ASSERT_EQ(loaded.size(), expected.size());
  EXPECT_TRUE(expected.contains("1.running_mean"));
  for (const auto& [name, tensor] : expected) EXPECT_TRUE(loaded.at(name).equal(tensor)) << name;
}

TEST(Weights, half_storing_halves_the_file_and_keeps_values_within_rounding) {
  const test::TempDir dir;
  auto net = torch::nn::Linear(256, 256);
  ASSERT_TRUE(save_weights(dir / "full", *net, {}));
  ASSERT_TRUE(save_weights(dir / "half", *net, {.metadata = {}, .half = true}));
  EXPECT_LT(std::filesystem::file_size(dir / "half"), std::filesystem::file_size(dir / "full") * 51 / 100);
  auto other = torch::nn::Linear(256, 256);
  ASSERT_TRUE(load_weights(read_safetensors(dir / "half")->tensors, *other));
  EXPECT_EQ(other->weight.scalar_type(), torch::kFloat32);
  EXPECT_TRUE(torch::allclose(other->weight, net->weight, /*rtol=*/5e-4, /*atol=*/1e-7));
}

TEST(Weights, half_storing_refuses_what_float16_cannot_hold) {
  const test::TempDir dir;
  auto net = torch::nn::Linear(2, 2);
  torch::nn::init::constant_(net->bias, 1e6);
  const auto saved = save_weights(dir / "w", *net, {.metadata = {}, .half = true});
  ASSERT_FALSE(saved);
  EXPECT_THAT(saved.error().message, HasSubstr("'bias'"));
  EXPECT_FALSE(std::filesystem::exists(dir / "w"));
}

TEST(Weights, mismatches_are_all_named_and_nothing_is_loaded) {
  auto net = make_net();
  TensorMap tensors = copy_weights(*net);
  tensors.erase("0.bias");
  tensors["2.weight"] = torch::zeros({2, 4});
  tensors["head.weight"] = torch::zeros({1});
  tensors["0.weight"].fill_(7);
  const TensorMap before = copy_weights(*net);
  const auto loaded = load_weights(tensors, *net);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, core::ErrorCode::kUnreadable);
  EXPECT_THAT(loaded.error().message, HasSubstr("'0.bias' is missing"));
  EXPECT_THAT(loaded.error().message, HasSubstr("'2.weight' has shape [2, 4], the network [1, 4]"));
  EXPECT_THAT(loaded.error().message, HasSubstr("'head.weight' is unexpected"));
  for (const auto& [name, tensor] : copy_weights(*net)) EXPECT_TRUE(tensor.equal(before.at(name))) << name;
}

}  // namespace
}  // namespace vigil::nn
