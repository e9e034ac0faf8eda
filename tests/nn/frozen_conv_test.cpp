#include "nn/frozen_conv.h"

#include <cstring>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "nn/conv_block.h"
#include "nn/device.h"

namespace vigil::nn {
namespace {

constexpr double kFloatTolerance = 1e-4;   // of the largest output
constexpr double kNarrowTolerance = 3e-2;  // bf16 has 8 bits: 0.4 % a value, and inputs, weights and outputs are rounded

double relative_difference(const torch::Tensor& a, const torch::Tensor& b) {
  return ((a.to(torch::kFloat32) - b).abs().max() / b.abs().max()).item<double>();
}

// Freed memory of the sizes a network uses is full of ones afterwards: a read of what was never written shows.
void dirty_freed_memory() {
  std::vector<torch::Tensor> blocks;
  for (int shift = 10; shift < 24; ++shift) {
    for (int i = 0; i < 4; ++i) {
      blocks.push_back(torch::empty({std::int64_t{1} << shift}, torch::kUInt8));
      std::memset(blocks.back().data_ptr(), 0xFF, blocks.back().nbytes());
    }
  }
}

struct Case {
  ConvBlockOptions options;
  std::int64_t height, width;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const Activation activation :
       {Activation::kSilu, Activation::kRelu, Activation::kLeakyRelu, Activation::kElu, Activation::kNone}) {
    all.push_back({{.in = 3, .out = 16, .kernel = 3, .stride = 2, .activation = activation}, 33, 47});
    all.push_back({{.in = 24, .out = 24, .kernel = 3, .groups = 24, .activation = activation}, 20, 28});
    all.push_back({{.in = 32, .out = 20, .kernel = 1, .activation = activation}, 13, 13});
    all.push_back({{.in = 16, .out = 32, .kernel = 5, .stride = 2, .groups = 4, .activation = activation}, 17, 31});
  }
  return all;
}

ConvBlock trained_block(const ConvBlockOptions& options) {
  ConvBlock block(options);
  const torch::NoGradGuard no_grad;
  for (auto& item : block->named_parameters()) {
    if (item.key().starts_with("bn")) item.value().uniform_(-0.5, 1.5);
  }
  for (auto& item : block->named_buffers()) {
    if (item.key() == "bn.running_mean") item.value().normal_();
    if (item.key() == "bn.running_var") item.value().uniform_(0.1, 3);
  }
  block->eval();
  return block;
}

void expect_frozen_equals_plain(torch::Dtype dtype, double tolerance) {
  torch::manual_seed(1);
  const torch::NoGradGuard no_grad;
  for (const Case& c : cases()) {
    ConvBlock block = trained_block(c.options);
    const torch::Tensor x = torch::randn({2, c.options.in, c.height, c.width});
    const torch::Tensor expected = block->forward(x);
    freeze(*block, {.dtype = dtype});
    const torch::Tensor y = block->forward(x);
    EXPECT_EQ(y.scalar_type(), dtype);
    EXPECT_TRUE(y.is_contiguous(at::MemoryFormat::ChannelsLast));
    EXPECT_LT(relative_difference(y, expected), tolerance)
        << "in " << c.options.in << " kernel " << c.options.kernel << " groups " << c.options.groups;
  }
}

TEST(FrozenConv, equals_the_plain_modules_in_float32) { expect_frozen_equals_plain(torch::kFloat32, kFloatTolerance); }

TEST(FrozenConv, equals_the_plain_modules_in_bf16) {
  if (!cpu_has_bf16()) GTEST_SKIP() << "needs a CPU with bf16";
  expect_frozen_equals_plain(torch::kBFloat16, kNarrowTolerance);
}

TEST(FrozenConv, plain_operators_give_the_same) {
  torch::manual_seed(6);
  const torch::NoGradGuard no_grad;
  for (const Case& c : cases()) {
    const FoldedConv folded = trained_block(c.options)->folded();
    FrozenConv fused(folded, c.options.activation, {});
    FrozenConv plain(folded, c.options.activation, {.fused = false});
    const torch::Tensor x = torch::randn({2, c.options.in, c.height, c.width});
    EXPECT_LT(relative_difference(plain(x), fused(x)), kFloatTolerance);
  }
}

TEST(FrozenConv, adds_a_shortcut_before_the_activation) {
  torch::manual_seed(2);
  const torch::NoGradGuard no_grad;
  torch::nn::Conv2d conv(torch::nn::Conv2dOptions(16, 32, 3).padding(1));
  const torch::Tensor x = torch::randn({2, 16, 9, 11});
  const torch::Tensor shortcut = torch::randn({2, 32, 9, 11});
  const torch::Tensor kept = shortcut.clone();
  for (const Activation activation : {Activation::kRelu, Activation::kNone}) {
    FrozenConv frozen(fold(*conv), activation, {});
    EXPECT_LT(relative_difference(frozen(x, shortcut), activate(conv->forward(x) + shortcut, activation)), kFloatTolerance);
  }
  EXPECT_TRUE(shortcut.equal(kept));
}

TEST(FrozenConv, a_shortcut_goes_before_any_activation) {
  torch::manual_seed(7);
  const torch::NoGradGuard no_grad;
  torch::nn::Conv2d conv(torch::nn::Conv2dOptions(8, 8, 1));
  const torch::Tensor x = torch::randn({1, 8, 6, 5});
  FrozenConv fused(fold(*conv), Activation::kSilu, {});
  FrozenConv plain(fold(*conv), Activation::kSilu, {.fused = false});
  EXPECT_LT(relative_difference(fused(x, x), plain(x, x)), kFloatTolerance);
  EXPECT_LT(relative_difference(fused(x), plain(x)), kFloatTolerance) << "with and without one in turn";
}

TEST(FrozenConv, takes_another_number_of_threads) {
  torch::manual_seed(8);
  const torch::NoGradGuard no_grad;
  const int before = torch::get_num_threads();
  torch::nn::Conv2d conv(torch::nn::Conv2dOptions(16, 16, 3).padding(1));
  const torch::Tensor x = torch::randn({1, 16, 40, 40});
  FrozenConv frozen(fold(*conv), Activation::kRelu, {});
  const torch::Tensor expected = conv->forward(x).relu();
  for (const int threads : {1, 4, 2}) {
    torch::set_num_threads(threads);
    EXPECT_LT(relative_difference(frozen(x), expected), kFloatTolerance) << threads;
  }
  torch::set_num_threads(before);
}

TEST(FrozenConv, takes_new_sizes_of_picture) {
  torch::manual_seed(3);
  const torch::NoGradGuard no_grad;
  torch::nn::Conv2d conv(torch::nn::Conv2dOptions(8, 16, 3).stride(2).padding(1));
  FrozenConv frozen(fold(*conv), Activation::kNone, {});
  for (const std::int64_t size : {32, 7, 64, 32, 5, 9, 11, 32}) {
    const torch::Tensor x = torch::randn({1, 8, size, size + 1});
    EXPECT_LT(relative_difference(frozen(x), conv->forward(x)), kFloatTolerance);
  }
}

TEST(FrozenConv, result_does_not_depend_on_what_memory_held_before) {
  torch::manual_seed(4);
  const torch::NoGradGuard no_grad;
  for (const torch::Dtype dtype : {torch::kFloat32, torch::kBFloat16}) {
    if (dtype == torch::kBFloat16 && !cpu_has_bf16()) continue;
    for (const Case& c : cases()) {
      FrozenConv frozen(trained_block(c.options)->folded(), c.options.activation, {.dtype = dtype});
      const torch::Tensor x = torch::randn({2, c.options.in, c.height, c.width});
      const torch::Tensor first = frozen(x).clone();
      for (int i = 0; i < 3; ++i) {
        dirty_freed_memory();
        EXPECT_TRUE(frozen(x).equal(first)) << "in " << c.options.in << " kernel " << c.options.kernel;
      }
    }
  }
}

TEST(ConvBlock, a_folded_convolution_gives_back_what_it_was) {
  torch::manual_seed(5);
  const torch::NoGradGuard no_grad;
  const ConvBlockOptions options{.in = 6, .out = 10, .kernel = 3};
  ConvBlock trained = trained_block(options);
  ConvBlock loaded(options);
  loaded->eval();
  const FoldedConv folded = trained->folded();
  loaded->load_folded(folded.weight, folded.bias);
  const torch::Tensor x = torch::randn({1, 6, 12, 12});
  EXPECT_LT(relative_difference(loaded->forward(x), trained->forward(x)), kFloatTolerance);
}

}  // namespace
}  // namespace vigil::nn
