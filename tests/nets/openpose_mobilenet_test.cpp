#include "nets/openpose_mobilenet.h"

#include <array>

#include "written_checkpoint.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "nn/device.h"
#include "nn/torch_checkpoint.h"
#include "nn/weights.h"
#include "support/temp_dir.h"

namespace vigil::nets {
namespace {

using torch::Tensor;

Tensor picture() {
  const Tensor y = torch::arange(96).view({1, 96, 1});
  const Tensor x = torch::arange(128).view({1, 1, 128});
  const Tensor channel = torch::arange(3).view({3, 1, 1});
  const Tensor levels = x * 7 + y * 13 + channel * 31 + (x * y).remainder(17);
  return levels.remainder(256).to(torch::kFloat32).unsqueeze(0);
}

// Weights that follow from a tensor's place in the sorted list of names.
void set_weights_by_name(torch::nn::Module& net) {
  const torch::NoGradGuard no_grad;
  std::map<std::string, Tensor> tensors;
  for (const auto& item : net.named_parameters()) tensors.emplace(item.key(), item.value());
  for (const auto& item : net.named_buffers()) tensors.emplace(item.key(), item.value());
  std::erase_if(tensors, [](const auto& item) { return !item.second.is_floating_point(); });
  int place = 0;
  for (auto& [name, tensor] : tensors) {
    const Tensor i = torch::arange(tensor.numel(), torch::kFloat64).remainder(1009);
    Tensor value = torch::sin(0.7 * i * i + place++).view(tensor.sizes());
    if (tensor.dim() == 4) {
      value = value * 2 / std::sqrt(static_cast<double>(tensor[0].numel()));
    } else if (name.ends_with("running_var")) {
      value = 1 + 0.2 * value;
    } else if (name.ends_with(".weight")) {
      value = 1 + 0.1 * value;
    } else {
      value = 0.1 * value;
    }
    tensor.copy_(value);
  }
}

double difference(const Tensor& a, const Tensor& b) {
  return (a.to(torch::kFloat32) - b.to(torch::kFloat32)).abs().max().item<double>();
}

TEST(OpenPoseMobileNet, has_the_published_networks_parameters_under_its_names) {
  const OpenPoseMobileNet net;
  std::int64_t count = 0;
  for (const Tensor& parameter : net->parameters()) count += parameter.numel();
  EXPECT_EQ(count, 4'091'698);
  const nn::TensorMap tensors = nn::copy_weights(*net);
  EXPECT_EQ(tensors.size(), 250U);
  using Shape = std::vector<std::int64_t>;
  const auto shape_of = [&](const std::string& name) {
    const auto found = tensors.find(name);
    return found == tensors.end() ? Shape{} : found->second.sizes().vec();
  };
  EXPECT_EQ(shape_of("model.0.0.weight"), (Shape{32, 3, 3, 3}));
  EXPECT_EQ(shape_of("model.0.1.running_var"), (Shape{32}));
  EXPECT_EQ(shape_of("model.7.0.weight"), (Shape{512, 1, 3, 3}));
  EXPECT_EQ(shape_of("model.11.3.weight"), (Shape{512, 512, 1, 1}));
  EXPECT_EQ(shape_of("model.11.4.bias"), (Shape{512}));
  EXPECT_EQ(shape_of("cpm.align.0.bias"), (Shape{128}));
  EXPECT_EQ(shape_of("cpm.trunk.2.0.weight"), (Shape{128, 1, 3, 3}));
  EXPECT_EQ(shape_of("cpm.trunk.2.2.weight"), (Shape{128, 128, 1, 1}));
  EXPECT_EQ(shape_of("cpm.conv.0.weight"), (Shape{128, 128, 3, 3}));
  EXPECT_EQ(shape_of("initial_stage.trunk.2.0.bias"), (Shape{128}));
  EXPECT_EQ(shape_of("initial_stage.heatmaps.1.0.weight"), (Shape{19, 512, 1, 1}));
  EXPECT_EQ(shape_of("initial_stage.pafs.1.0.weight"), (Shape{38, 512, 1, 1}));
  EXPECT_EQ(shape_of("refinement_stages.0.trunk.0.initial.0.weight"), (Shape{128, 185, 1, 1}));
  EXPECT_EQ(shape_of("refinement_stages.0.trunk.4.trunk.1.0.bias"), (Shape{128}));
  EXPECT_EQ(shape_of("refinement_stages.0.trunk.4.trunk.1.1.running_mean"), (Shape{128}));
  EXPECT_EQ(shape_of("refinement_stages.0.heatmaps.1.0.bias"), (Shape{19}));
}

TEST(OpenPoseMobileNet, equals_an_independent_run_of_the_published_definition) {
  OpenPoseMobileNet net;
  set_weights_by_name(*net);
  net->eval();
  const torch::NoGradGuard no_grad;
  const std::vector<OpenPoseMaps> stages = net->stages(picture());
  ASSERT_EQ(stages.size(), 2U);
  // Channels 0, 5 and the last at four cells: the published definition in Python, with PyTorch 2.6 and these weights.
  const auto expect = [](const Tensor& maps, const std::array<std::array<float, 4>, 3>& values) {
    ASSERT_EQ(maps.size(2), 12);
    ASSERT_EQ(maps.size(3), 16);
    const std::array<std::int64_t, 3> channels = {0, 5, maps.size(1) - 1};
    for (std::size_t i = 0; i < channels.size(); ++i) {
      const Tensor map = maps[0][channels[i]];
      EXPECT_NEAR(map[0][0].item<float>(), values[i][0], 1e-3);
      EXPECT_NEAR(map[3][7].item<float>(), values[i][1], 1e-3);
      EXPECT_NEAR(map[7][12].item<float>(), values[i][2], 1e-3);
      EXPECT_NEAR(map[11][15].item<float>(), values[i][3], 1e-3);
    }
  };
  expect(stages[0].parts, {{{-1.31885F, -1.53509F, -1.7926F, -0.90795F},
                            {0.11624F, -1.08904F, -0.37215F, -0.21337F},
                            {-0.26829F, -0.60695F, -0.78029F, -0.27147F}}});
  expect(stages[0].limbs, {{{-1.39314F, -1.72784F, -1.80838F, -1.40511F},
                            {-0.34186F, -1.53267F, -0.47636F, -0.07265F},
                            {-1.09833F, -3.30938F, -2.37302F, -0.5878F}}});
  expect(stages[1].parts, {{{0.37697F, 2.31609F, 6.0894F, 1.83748F},
                            {5.8758F, 9.04216F, 8.06705F, 1.5506F},
                            {0.22171F, -1.42267F, 0.5438F, 3.89154F}}});
  expect(stages[1].limbs, {{{0.85122F, 5.18165F, 4.22979F, 4.17011F},
                            {2.1556F, 2.34285F, -0.32802F, -0.37833F},
                            {-9.51652F, -8.32537F, -9.77642F, -7.76019F}}});
}

TEST(OpenPoseMobileNet, frozen_equals_plain) {
  OpenPoseMobileNet net;
  set_weights_by_name(*net);
  net->eval();
  const torch::NoGradGuard no_grad;
  const OpenPoseMaps plain = net->forward(picture());
  for (const torch::Dtype dtype : {torch::kFloat32, torch::kBFloat16}) {
    if (dtype == torch::kBFloat16 && !nn::cpu_has_bf16()) continue;
    nn::freeze(*net, {.dtype = dtype});
    const OpenPoseMaps frozen = net->forward(picture());
    const double tolerance = dtype == torch::kFloat32 ? 1e-4 : 0.1;  // some thirty layers of 8 bits each
    EXPECT_LT(difference(frozen.parts, plain.parts), tolerance * plain.parts.abs().max().item<double>());
    EXPECT_LT(difference(frozen.limbs, plain.limbs), tolerance * plain.limbs.abs().max().item<double>());
  }
}

TEST(OpenPoseMobileNet, takes_any_size_and_batched_pictures_give_what_single_ones_give) {
  torch::manual_seed(1);
  OpenPoseMobileNet net;
  net->eval();
  nn::freeze(*net, {});
  const torch::NoGradGuard no_grad;
  const Tensor pictures = torch::rand({2, 3, 64, 104}) * 255;
  const OpenPoseMaps both = net->forward(pictures);
  EXPECT_EQ(both.parts.sizes(), torch::IntArrayRef({2, 19, 8, 13}));
  EXPECT_EQ(both.limbs.sizes(), torch::IntArrayRef({2, 38, 8, 13}));
  for (int i = 0; i < 2; ++i) {
    EXPECT_LT(difference(net->forward(pictures.narrow(0, i, 1)).limbs, both.limbs.narrow(0, i, 1)), 1e-4);
  }
}

TEST(OpenPoseMobileNet, a_step_of_training_reaches_every_parameter) {
  torch::manual_seed(2);
  OpenPoseMobileNet net;
  Tensor loss = torch::zeros({});
  for (const OpenPoseMaps& maps : net->stages(torch::rand({2, 3, 32, 32}) * 255)) {
    loss = loss + maps.parts.square().mean() + maps.limbs.square().mean();
  }
  loss.backward();
  for (const auto& item : net->named_parameters()) {
    EXPECT_TRUE(item.value().grad().defined() && item.value().grad().isfinite().all().item<bool>()) << item.key();
  }
}

TEST(OpenPoseMobileNet, takes_the_state_of_a_checkpoint_as_torch_saves_it) {
  OpenPoseMobileNet trained;
  set_weights_by_name(*trained);
  const nn::TensorMap weights = nn::copy_weights(*trained);
  const test::TempDir dir;
  write_checkpoint(dir / "checkpoint.pth", weights);

  const auto read = nn::read_torch_checkpoint(dir / "checkpoint.pth");
  ASSERT_TRUE(read) << read.error().message;
  OpenPoseMobileNet net;
  const auto loaded = nn::load_weights(nn::take_prefix(*read, "state_dict."), *net);
  ASSERT_TRUE(loaded) << loaded.error().message;
  for (const auto& [name, tensor] : nn::copy_weights(*net)) EXPECT_TRUE(tensor.equal(weights.at(name))) << name;

  nn::TensorMap other = nn::take_prefix(*read, "state_dict.");
  other.erase("cpm.align.0.bias");
  const auto refused = nn::load_weights(other, *net);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("'cpm.align.0.bias' is missing"));
}

}  // namespace
}  // namespace vigil::nets
