#include "nets/yolox.h"

#include <cstring>

#include "onnx_convolutions.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "nn/device.h"
#include "nn/weights.h"
#include "support/shared_data.h"

namespace vigil::nets {
namespace {

std::int64_t parameter_count(const char* name) {
  std::int64_t count = 0;
  for (const torch::Tensor& parameter : Yolox(*yolox_variant(name), 80)->parameters()) count += parameter.numel();
  return count;
}

torch::Tensor picture(std::int64_t size) {
  const torch::Tensor y = torch::arange(size).view({1, size, 1});
  const torch::Tensor x = torch::arange(size).view({1, 1, size});
  const torch::Tensor channel = torch::arange(3).view({3, 1, 1});
  const torch::Tensor ramp = torch::floor_divide(x * x, 16) + y * 3 + channel * 50;
  return ramp.remainder(256).to(torch::kFloat32).unsqueeze(0);
}

double difference(const torch::Tensor& a, const torch::Tensor& b) {
  return (a.to(torch::kFloat32) - b.to(torch::kFloat32)).abs().max().item<double>();
}

TEST(Yolox, has_the_parameters_of_the_published_networks) {
  EXPECT_EQ(parameter_count("yolox-nano"), 912'159);
  EXPECT_EQ(parameter_count("yolox-tiny"), 5'055'855);
  EXPECT_EQ(parameter_count("yolox-s"), 8'968'255);
  EXPECT_EQ(parameter_count("yolox-m"), 25'326'495);
  EXPECT_EQ(parameter_count("yolox-l"), 54'208'895);
  EXPECT_EQ(parameter_count("yolox-x"), 99'071'455);
  EXPECT_FALSE(yolox_variant("yolox-huge"));
}

TEST(Yolox, parameters_carry_the_published_names) {
  const auto shape_of = [](const Yolox& net, const std::string& name) {
    const auto* found = net->named_parameters().find(name);
    return found ? found->sizes().vec() : std::vector<std::int64_t>{};
  };
  using Shape = std::vector<std::int64_t>;
  const Yolox nano(*yolox_variant("yolox-nano"), 80);
  EXPECT_EQ(shape_of(nano, "backbone.backbone.stem.conv.conv.weight"), (Shape{16, 12, 3, 3}));
  EXPECT_EQ(shape_of(nano, "backbone.backbone.dark2.0.dconv.conv.weight"), (Shape{16, 1, 3, 3}));
  EXPECT_EQ(shape_of(nano, "backbone.backbone.dark3.1.m.2.conv2.pconv.bn.weight"), (Shape{32}));
  EXPECT_EQ(shape_of(nano, "backbone.C3_n4.conv3.conv.weight"), (Shape{256, 256, 1, 1}));
  EXPECT_EQ(shape_of(nano, "head.cls_convs.2.1.pconv.conv.weight"), (Shape{64, 64, 1, 1}));
  const Yolox small(*yolox_variant("yolox-s"), 80);
  EXPECT_EQ(shape_of(small, "backbone.backbone.dark5.1.conv2.conv.weight"), (Shape{512, 1024, 1, 1}));
  EXPECT_EQ(shape_of(small, "backbone.bu_conv1.conv.weight"), (Shape{256, 256, 3, 3}));
  EXPECT_EQ(shape_of(small, "head.cls_preds.0.weight"), (Shape{80, 128, 1, 1}));
  EXPECT_EQ(shape_of(small, "head.reg_convs.0.0.conv.weight"), (Shape{128, 128, 3, 3}));
}

TEST(Yolox, frozen_equals_plain) {
  torch::manual_seed(1);
  const torch::NoGradGuard no_grad;
  for (const char* name : {"yolox-nano", "yolox-s"}) {
    Yolox net(*yolox_variant(name), 3);
    net->eval();
    const torch::Tensor x = picture(96);
    const torch::Tensor plain = net->forward(x);
    EXPECT_EQ(plain.sizes(), (std::vector<std::int64_t>{1, 144 + 36 + 9, 8}));
    nn::freeze(*net, {});
    EXPECT_LT(difference(net->forward(x), plain), 1e-4 * plain.abs().max().item<double>()) << name;
  }
}

TEST(Yolox, batched_pictures_give_what_single_ones_give) {
  torch::manual_seed(2);
  const torch::NoGradGuard no_grad;
  Yolox net(*yolox_variant("yolox-nano"), 2);
  net->eval();
  nn::freeze(*net, {});
  const torch::Tensor x = torch::rand({3, 3, 64, 96}) * 255;
  const torch::Tensor batched = net->forward(x);
  for (int i = 0; i < 3; ++i) EXPECT_LT(difference(net->forward(x.narrow(0, i, 1)), batched.narrow(0, i, 1)), 1e-4);
}

TEST(Yolox, a_step_of_training_reaches_every_parameter) {
  torch::manual_seed(3);
  Yolox net(*yolox_variant("yolox-nano"), 2);
  torch::Tensor loss = torch::zeros({});
  for (const DetectionGrid& grid : net->grids(torch::rand({2, 3, 64, 64}) * 255)) {
    loss = loss + grid.boxes.square().mean() + grid.classes.square().mean();
  }
  loss.backward();
  for (const auto& item : net->named_parameters()) {
    EXPECT_TRUE(item.value().grad().defined() && item.value().grad().isfinite().all().item<bool>()) << item.key();
  }
}

TEST(Yolox, a_graph_of_another_network_is_refused_and_changes_nothing) {
  Yolox net(*yolox_variant("yolox-nano"), 80);
  const nn::TensorMap before = nn::copy_weights(*net);
  const auto none = net->load_folded({});
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, ::testing::HasSubstr("this network has 113"));
  const std::vector<FoldedWeights> wrong(113, {.weight = torch::zeros({16, 12, 3, 3}), .bias = torch::zeros({16})});
  const auto misshapen = net->load_folded(wrong);
  ASSERT_FALSE(misshapen);
  EXPECT_THAT(misshapen.error().message, ::testing::HasSubstr("convolution 2 of 113"));
  for (const auto& [name, tensor] : nn::copy_weights(*net)) EXPECT_TRUE(tensor.equal(before.at(name))) << name;
}

// Freed memory of the sizes a network uses is full of ones afterwards: a read of what was never written shows.
void dirty_freed_memory() {
  std::vector<torch::Tensor> blocks;
  for (int shift = 8; shift < 23; ++shift) {
    for (int i = 0; i < 12; ++i) {
      blocks.push_back(torch::empty({std::int64_t{1} << shift}, torch::kUInt8));
      std::memset(blocks.back().data_ptr(), 0xFF, blocks.back().nbytes());
    }
  }
}

TEST(Yolox, result_does_not_depend_on_what_memory_held_before) {
  const torch::NoGradGuard no_grad;
  for (const char* name : {"yolox-nano", "yolox-s"}) {
    for (const torch::Dtype dtype : {torch::kFloat32, torch::kBFloat16}) {
      if (dtype == torch::kBFloat16 && !nn::cpu_has_bf16()) continue;
      torch::manual_seed(4);
      Yolox net(*yolox_variant(name), 80);
      net->eval();
      nn::freeze(*net, {.dtype = dtype});
      const torch::Tensor x = torch::rand({2, 3, 96, 160}) * 255;
      const torch::Tensor first = net->forward(x).clone();
      EXPECT_TRUE(first.isfinite().all().item<bool>());
      for (int i = 0; i < 4; ++i) {
        dirty_freed_memory();
        EXPECT_TRUE(net->forward(x).equal(first)) << name << " run " << i;
      }
    }
  }
}

TEST(Yolox, plain_operators_serve_where_there_are_no_fused_ones) {
  torch::manual_seed(5);
  const torch::NoGradGuard no_grad;
  Yolox net(*yolox_variant("yolox-nano"), 80);
  net->eval();
  const torch::Tensor x = torch::rand({2, 3, 96, 160}) * 255;
  const torch::Tensor plain = net->forward(x);
  nn::freeze(*net, {.fused = false});
  EXPECT_LT(difference(net->forward(x), plain), 1e-4);
  nn::freeze(*net, {.fused = true});
  EXPECT_LT(difference(net->forward(x), plain), 1e-4);
}

class PublishedNano : public ::testing::Test {
 protected:
  void SetUp() override {
    VIGIL_REQUIRE_SHARED(file, "models/yolox_nano.onnx");
    const auto loaded = net_->load_folded(onnx_convolutions(file));
    ASSERT_TRUE(loaded) << loaded.error().message;
    net_->eval();
  }

  // ONNX Runtime 1.21 on the published file and picture(416): columns 0–5, 45 and 84 of some points.
  static void expect_published(const torch::Tensor& raw, double tolerance) {
    ASSERT_EQ(raw.sizes(), (std::vector<std::int64_t>{1, 3549, 85}));
    struct Point {
      std::int64_t number;
      std::array<float, 8> values;
    };
    const std::vector<Point> expected = {
        {0, {2.168869F, 0.955161F, 1.424542F, 0.509473F, 0.000007F, 0.025529F, 0.008318F, 0.003864F}},
        {53, {1.919868F, 2.434164F, 1.774381F, 1.915766F, 0.000510F, 0.059453F, 0.009367F, 0.012823F}},
        {1300, {1.809409F, -0.846095F, 1.215455F, 2.074495F, 0.000020F, 0.025635F, 0.011742F, 0.005145F}},
        {2703, {0.036971F, 0.567294F, 0.313234F, -0.023031F, 0.000091F, 0.064592F, 0.002735F, 0.000454F}},
        {2704, {1.760185F, 2.335991F, 1.281701F, 1.534422F, 0.001563F, 0.144235F, 0.006705F, 0.016667F}},
        {3000, {1.064767F, 1.209455F, 2.815307F, 3.275282F, 0.029273F, 0.000113F, 0.000293F, 0.003164F}},
        {3379, {-0.289459F, -0.266134F, 0.849713F, 0.877368F, 0.000084F, 0.056890F, 0.000784F, 0.001040F}},
        {3380, {1.352024F, 2.052407F, 0.987184F, 1.390087F, 0.002102F, 0.085276F, 0.001591F, 0.005183F}},
        {3500, {0.506840F, -1.010556F, 1.935536F, 2.269178F, 0.000623F, 0.065947F, 0.000459F, 0.002221F}},
        {3548, {-0.671126F, 0.281187F, 1.164992F, 0.661326F, 0.000123F, 0.028803F, 0.003623F, 0.002748F}},
    };
    constexpr std::array<std::int64_t, 8> kColumns = {0, 1, 2, 3, 4, 5, 45, 84};
    for (const Point& point : expected) {
      for (std::size_t i = 0; i < kColumns.size(); ++i) {
        EXPECT_NEAR(raw[0][point.number][kColumns[i]].item<float>(), point.values[i], tolerance)
            << "point " << point.number << " column " << kColumns[i];
      }
    }
  }

  Yolox net_{*yolox_variant("yolox-nano"), 80};
  torch::NoGradGuard no_grad_;
};

TEST_F(PublishedNano, plain_and_frozen_give_the_published_outputs) {
  const torch::Tensor plain = net_->forward(picture(416));
  expect_published(plain, 1e-3);
  nn::freeze(*net_, {});
  const torch::Tensor frozen = net_->forward(picture(416));
  expect_published(frozen, 1e-3);
  EXPECT_LT(difference(frozen, plain), 1e-3);
}

TEST_F(PublishedNano, bf16_stays_near_the_published_outputs) {
  if (!nn::cpu_has_bf16()) GTEST_SKIP() << "needs a CPU with bf16";
  const torch::Tensor plain = net_->forward(picture(416));
  nn::freeze(*net_, {.dtype = torch::kBFloat16});
  const torch::Tensor narrow = net_->forward(picture(416)).to(torch::kFloat32);
  const auto mean = [](const torch::Tensor& values) { return values.abs().mean().item<double>(); };
  EXPECT_LT(mean(narrow.narrow(2, 0, 4) - plain.narrow(2, 0, 4)), 0.03) << "of a stride";
  EXPECT_LT(mean(narrow.narrow(2, 4, 81) - plain.narrow(2, 4, 81)), 1e-3);
}

}  // namespace
}  // namespace vigil::nets
