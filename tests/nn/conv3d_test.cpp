#include "nn/conv3d.h"

#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

#include <ATen/autocast_mode.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

namespace vigil::nn {
namespace {

class Bf16 {
 public:
  Bf16() {
    at::autocast::set_autocast_enabled(at::kCPU, true);
    at::autocast::set_autocast_dtype(at::kCPU, torch::kBFloat16);
  }
  ~Bf16() {
    at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(at::kCPU, false);
  }
};

// Fills memory that the next allocations will get with bytes that read as not-a-number in any type.
void dirty_free_memory() {
  std::mt19937 random(7);
  std::vector<void*> blocks;
  for (int i = 0; i < 4000; ++i) {
    const std::size_t size = std::size_t{64} << (random() % 14);
    blocks.push_back(std::aligned_alloc(64, size));
    std::memset(blocks.back(), 0xFF, size);
  }
  for (void* block : blocks) std::free(block);
}

struct Passed {
  torch::Tensor output, input, weight, bias;
};

Passed pass(Conv3d& conv, const torch::Tensor& input, bool narrow) {
  torch::Tensor x = input.clone().set_requires_grad(true);
  conv->zero_grad();
  torch::Tensor y;
  if (narrow) {
    const Bf16 autocast;
    dirty_free_memory();
    y = conv->forward(x);
  } else {
    y = conv->forward(x);
  }
  dirty_free_memory();
  (y * y).sum().backward();
  return {.output = y.detach().clone(),
          .input = x.grad().clone(),
          .weight = conv->weight.grad().clone(),
          .bias = conv->bias.grad().clone()};
}

void expect_close(const torch::Tensor& narrow, const torch::Tensor& wide, const char* what) {
  EXPECT_EQ(narrow.scalar_type(), torch::kFloat32) << what;
  const double error = ((narrow - wide).norm() / wide.norm()).item<double>();
  EXPECT_LT(error, 0.02) << what;
}

TEST(Conv3d, bf16_gradients_are_those_of_float32_and_the_same_each_time) {
  torch::manual_seed(2);
  Conv3d conv(torch::nn::Conv3dOptions(16, 16, 3).padding(1));
  for (const int size : {5, 8, 15}) {
    const torch::Tensor input = torch::randn({2, 16, 2, size, size});
    const Passed wide = pass(conv, input, false);
    const Passed first = pass(conv, input, true);
    EXPECT_EQ(first.output.scalar_type(), torch::kBFloat16);
    expect_close(first.input, wide.input, "input");
    expect_close(first.weight, wide.weight, "weight");
    expect_close(first.bias, wide.bias, "bias");
    for (int i = 0; i < 5; ++i) {
      const Passed again = pass(conv, input, true);
      EXPECT_TRUE(again.output.equal(first.output));
      EXPECT_TRUE(again.input.equal(first.input));
      EXPECT_TRUE(again.weight.equal(first.weight));
      EXPECT_TRUE(again.bias.equal(first.bias));
    }
  }
}

TEST(Conv3d, stride_dilation_and_groups_are_kept) {
  torch::manual_seed(3);
  Conv3d conv(torch::nn::Conv3dOptions(8, 12, {1, 3, 3}).stride({1, 2, 1}).padding({0, 2, 1}).dilation({1, 2, 1}).groups(4));
  const torch::Tensor input = torch::randn({1, 8, 3, 11, 9});
  const Passed wide = pass(conv, input, false);
  const Passed narrow = pass(conv, input, true);
  EXPECT_EQ(narrow.output.sizes(), wide.output.sizes());
  expect_close(narrow.weight, wide.weight, "weight");
  expect_close(narrow.input, wide.input, "input");
}

TEST(Conv3d, without_autocast_it_is_torchs_own) {
  torch::manual_seed(4);
  Conv3d ours(torch::nn::Conv3dOptions(3, 4, 3).padding(1));
  torch::nn::Conv3d theirs(torch::nn::Conv3dOptions(3, 4, 3).padding(1));
  const torch::NoGradGuard no_grad;
  theirs->weight.copy_(ours->weight);
  theirs->bias.copy_(ours->bias);
  const torch::Tensor input = torch::randn({2, 3, 4, 6, 6});
  EXPECT_TRUE(ours->forward(input).equal(theirs->forward(input)));
}

}  // namespace
}  // namespace vigil::nn
