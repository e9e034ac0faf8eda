#include "nn/device.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

namespace vigil::nn {
namespace {

TEST(Device, names_are_checked) {
  EXPECT_TRUE(choose_device("cpu")->is_cpu());
  EXPECT_TRUE(choose_device("auto"));
  for (const char* wrong : {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:1x"}) {
    const auto device = choose_device(wrong);
    ASSERT_FALSE(device) << wrong;
    EXPECT_EQ(device.error().code, core::ErrorCode::kInvalidArgument) << wrong;
  }
  const auto absent = choose_device("cuda:120");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, core::ErrorCode::kUnsupported);
}

TEST(Device, cpu_is_narrow_only_where_it_really_has_bf16) {
  const torch::Device cpu(torch::kCPU);
  EXPECT_EQ(autocast_type(Precision::kFull32, cpu), std::nullopt);
  for (const Precision precision : {Precision::kMixed16, Precision::kMixedBf16}) {
    const auto type = autocast_type(precision, cpu);
    EXPECT_EQ(type.has_value(), cpu_has_bf16());
    if (type) {
      EXPECT_EQ(*type, torch::kBFloat16);
    }
  }
}

TEST(Device, cuda_mixed_16_is_fp16) {
  const torch::Device cuda(torch::kCUDA, 0);
  EXPECT_EQ(autocast_type(Precision::kMixed16, cuda), torch::kHalf);
  EXPECT_EQ(autocast_type(Precision::kMixedBf16, cuda), torch::kBFloat16);
  EXPECT_EQ(autocast_type(Precision::kFull32, cuda), std::nullopt);
}

}  // namespace
}  // namespace vigil::nn
