#include "nn/onnx_weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "support/shared_data.h"

namespace vigil::nn {
namespace {

using ::testing::HasSubstr;

OnnxWeights one_convolution(std::vector<std::string> inputs) {
  OnnxWeights model;
  model.tensors = {{"w", torch::ones({4, 3, 1, 1})}, {"b", torch::ones({4})}, {"short", torch::ones({3})}};
  model.nodes = {{.name = "skip", .op = "Relu", .inputs = {"x"}, .outputs = {"y"}, .attributes = {}},
                 {.name = "c1", .op = "Conv", .inputs = std::move(inputs), .outputs = {"z"}, .attributes = {}}};
  return model;
}

TEST(OnnxWeights, convolutions_in_order_share_the_initialisers) {
  const OnnxWeights model = one_convolution({"y", "w", "b"});
  const auto weights = conv_weights_in_order(model);
  ASSERT_TRUE(weights) << weights.error().message;
  ASSERT_EQ(weights->size(), 1u);
  EXPECT_TRUE(weights->front().weight.is_same(model.tensors.at("w")));
  EXPECT_TRUE(weights->front().bias.is_same(model.tensors.at("b")));
}

TEST(OnnxWeights, a_convolution_without_bias_has_zeros) {
  for (const auto& inputs : {std::vector<std::string>{"y", "w"}, {"y", "w", ""}}) {
    const auto weights = conv_weights_in_order(one_convolution(inputs));
    ASSERT_TRUE(weights) << weights.error().message;
    EXPECT_TRUE(torch::equal(weights->front().bias, torch::zeros({4})));
  }
}

TEST(OnnxWeights, convolutions_that_do_not_fit_are_errors_that_name_them) {
  for (const auto& inputs :
       {std::vector<std::string>{"y"}, {"y", "none"}, {"y", "b"}, {"y", "w", "none"}, {"y", "w", "short"}}) {
    const auto weights = conv_weights_in_order(one_convolution(inputs));
    ASSERT_FALSE(weights);
    EXPECT_EQ(weights.error().code, core::ErrorCode::kUnreadable);
    EXPECT_THAT(weights.error().message, HasSubstr("'c1'"));
  }
}

TEST(OnnxWeights, reads_the_convolutions_of_yolox_nano) {
  VIGIL_REQUIRE_SHARED(path, "models/yolox_nano.onnx");
  const auto model = read_onnx_weights(path);
  ASSERT_TRUE(model) << model.error().message;
  const auto weights = conv_weights_in_order(*model);
  ASSERT_TRUE(weights) << weights.error().message;
  EXPECT_EQ(weights->size(), 113u);
  EXPECT_EQ(weights->front().weight.sizes(), torch::IntArrayRef({16, 12, 3, 3}));
  std::int64_t parameters = 0;
  for (const auto& [weight, bias] : *weights) {
    EXPECT_TRUE(torch::isfinite(weight).all().item<bool>());
    parameters += weight.numel() + bias.numel();
  }
  EXPECT_NEAR(static_cast<double>(parameters), 0.91e6, 0.01e6);
}

TEST(OnnxWeights, reads_the_convolutions_of_osnet) {
  VIGIL_REQUIRE_SHARED(path, "models/osnet_x0_25_msmt17.onnx");
  const auto model = read_onnx_weights(path);
  ASSERT_TRUE(model) << model.error().message;
  const auto weights = conv_weights_in_order(*model);
  ASSERT_TRUE(weights) << weights.error().message;
  ASSERT_FALSE(weights->empty());
  EXPECT_EQ(weights->front().weight.sizes(), torch::IntArrayRef({16, 3, 7, 7}));
}

}  // namespace
}  // namespace vigil::nn
