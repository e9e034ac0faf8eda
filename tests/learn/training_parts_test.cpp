// What the trainer is put together from: optimizers, schedules, mixed precision, averaged weights, predicting.
#include <cmath>

#include "toy_training.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "learn/mixed_precision.h"
#include "learn/optim.h"
#include "learn/predict.h"
#include "learn/weight_average.h"

namespace vigil::learn {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

torch::Tensor parameter_with_gradient(double value, double gradient) {
  torch::Tensor parameter = torch::full({1}, value, torch::requires_grad());
  parameter.mutable_grad() = torch::full({1}, gradient);
  return parameter;
}

TEST(Optimizer, adamw_takes_the_step_of_the_paper) {
  // First step: both averages are corrected to the gradient itself, so the step is lr; the decay is lr·weight_decay.
  torch::Tensor p = parameter_with_gradient(1, 0.5);
  make_optimizer({.kind = OptimizerKind::kAdamW, .lr = 0.1, .weight_decay = 0.01}, {p})->step();
  EXPECT_NEAR(p.item<double>(), 1 * (1 - 0.1 * 0.01) - 0.1, 1e-6);
}

TEST(Optimizer, sgd_with_nesterov_momentum_and_decay) {
  torch::Tensor p = parameter_with_gradient(1, 0.5);
  make_optimizer({.kind = OptimizerKind::kSgd, .lr = 0.1, .weight_decay = 0.1, .momentum = 0.9, .nesterov = true}, {p})
      ->step();
  EXPECT_NEAR(p.item<double>(), 1 - 0.1 * (0.6 + 0.9 * 0.6), 1e-6);
}

TEST(Optimizer, learning_rate_can_be_set) {
  torch::Tensor p = parameter_with_gradient(1, 0.5);
  const auto optimizer = make_optimizer({.kind = OptimizerKind::kSgd, .lr = 0.1, .weight_decay = 0, .momentum = 0}, {p});
  set_learning_rate(*optimizer, 1);
  optimizer->step();
  EXPECT_NEAR(p.item<double>(), 0.5, 1e-6);
}

TEST(Schedule, cosine_has_the_values_of_pytorch_beyond_t_max_too) {
  const ScheduleRecipe cosine = {.kind = ScheduleKind::kCosine, .t_max = 10, .eta_min = 1e-6};
  EXPECT_DOUBLE_EQ(learning_rate(cosine, 1e-3, 0), 1e-3);
  EXPECT_NEAR(learning_rate(cosine, 1e-3, 1), 0.0009755527298894294, 1e-15);
  EXPECT_NEAR(learning_rate(cosine, 1e-3, 5), 0.0005005, 1e-15);
  EXPECT_NEAR(learning_rate(cosine, 1e-3, 10), 1e-6, 1e-15);
  EXPECT_NEAR(learning_rate(cosine, 1e-3, 14), learning_rate(cosine, 1e-3, 6), 1e-15);
  EXPECT_NEAR(learning_rate(cosine, 1e-3, 20), 1e-3, 1e-15);
}

TEST(Schedule, step_constant_and_warm_up) {
  const ScheduleRecipe step = {.kind = ScheduleKind::kStep, .step_epochs = 3, .gamma = 0.5};
  EXPECT_DOUBLE_EQ(learning_rate(step, 0.8, 2), 0.8);
  EXPECT_DOUBLE_EQ(learning_rate(step, 0.8, 3), 0.4);
  EXPECT_DOUBLE_EQ(learning_rate(step, 0.8, 6), 0.2);
  const ScheduleRecipe warm = {.kind = ScheduleKind::kConstant, .warmup_epochs = 3};
  EXPECT_DOUBLE_EQ(learning_rate(warm, 0.8, 0), 0.2);
  EXPECT_DOUBLE_EQ(learning_rate(warm, 0.8, 2), 0.6);
  EXPECT_DOUBLE_EQ(learning_rate(warm, 0.8, 3), 0.8);
}

TEST(MixedPrecision, autocast_narrows_products_inside_its_scope_only) {
  const torch::Tensor a = torch::ones({4, 4});
  {
    const AutocastScope autocast(torch::kCPU, torch::kBFloat16);
    EXPECT_EQ(torch::mm(a, a).scalar_type(), torch::kBFloat16);
  }
  EXPECT_EQ(torch::mm(a, a).scalar_type(), torch::kFloat32);
  const AutocastScope none(torch::kCPU, std::nullopt);
  EXPECT_EQ(torch::mm(a, a).scalar_type(), torch::kFloat32);
}

TEST(MixedPrecision, scaler_undoes_its_scale_and_halves_it_after_an_overflow) {
  GradScaler scaler(true);
  torch::Tensor gradient = torch::full({3}, 65536.0);
  EXPECT_EQ(scaler.scale(torch::ones({1})).item<float>(), 65536);
  EXPECT_TRUE(scaler.unscale({gradient}));
  EXPECT_EQ(gradient[0].item<float>(), 1);
  scaler.update();
  EXPECT_EQ(scaler.state(), (GradScaler::State{.scale = 65536, .good_steps = 1}));
  torch::Tensor overflown = torch::full({3}, INFINITY);
  EXPECT_FALSE(scaler.unscale({gradient, overflown}));
  scaler.update();
  EXPECT_EQ(scaler.state(), (GradScaler::State{.scale = 32768, .good_steps = 0}));
}

TEST(MixedPrecision, scaler_grows_after_two_thousand_good_steps) {
  GradScaler scaler(true);
  scaler.set_state({.scale = 8, .good_steps = 1999});
  torch::Tensor gradient = torch::ones({1});
  ASSERT_TRUE(scaler.unscale({gradient}));
  scaler.update();
  EXPECT_EQ(scaler.state(), (GradScaler::State{.scale = 16, .good_steps = 0}));
}

TEST(MixedPrecision, scaler_that_is_off_changes_nothing) {
  GradScaler scaler(false);
  torch::Tensor gradient = torch::full({1}, INFINITY);
  EXPECT_EQ(scaler.scale(torch::ones({1})).item<float>(), 1);
  EXPECT_TRUE(scaler.unscale({gradient}));
}

TEST(WeightAverage, follows_slowly_and_swaps_in_place) {
  torch::nn::Linear linear(1, 1);
  const torch::NoGradGuard no_grad;
  linear->weight.fill_(0);
  WeightAverage average(*linear, 0.9);
  linear->weight.fill_(1);
  average.update();  // decay min(0.9, 2/11)
  const double expected = 1 - 2.0 / 11;
  EXPECT_NEAR(average.averages()[0].item<double>(), expected, 1e-6);
  average.swap();
  EXPECT_NEAR(linear->weight.item<double>(), expected, 1e-6);
  average.swap();
  EXPECT_EQ(linear->weight.item<double>(), 1);
}

// Gives the mean of its input as the logit.
Trainee mean_as_logit(const std::shared_ptr<torch::nn::Module>& module) {
  return {.module = module, .logits = [](const torch::Tensor& x) { return x.flatten(1).mean(1); }};
}

class FixedSource : public BatchSource {
 public:
  explicit FixedSource(std::vector<Batch> batches) : batches_(std::move(batches)) {}
  void start_epoch(std::int64_t, std::int64_t first_batch) override { place_ = static_cast<std::size_t>(first_batch); }
  core::Result<std::optional<Batch>> next() override {
    if (place_ == batches_.size()) return std::nullopt;
    return batches_[place_++];
  }
  std::int64_t batches_per_epoch() const override { return static_cast<std::int64_t>(batches_.size()); }
  std::int64_t samples() const override { return 0; }

 private:
  std::vector<Batch> batches_;
  std::size_t place_ = 0;
};

TEST(Predict, averages_the_windows_of_a_sample_and_takes_the_loss_over_all_rows) {
  FixedSource source({{.inputs = torch::tensor({{2.0F}, {-1.0F}}), .labels = torch::tensor({1.0F, 0.0F}), .samples = {5, 3}},
                      {.inputs = torch::tensor({{0.0F}}), .labels = torch::tensor({1.0F}), .samples = {5}}});
  const auto module = std::make_shared<torch::nn::Module>();
  const auto shown = predict(mean_as_logit(module), source, {});
  ASSERT_TRUE(shown) << shown.error().message;
  const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
  EXPECT_THAT(shown->samples, ElementsAre(5, 3));
  EXPECT_THAT(shown->labels, ElementsAre(1, 0));
  EXPECT_NEAR(shown->probabilities[0], (sigmoid(2) + 0.5) / 2, 1e-12);
  EXPECT_NEAR(shown->probabilities[1], sigmoid(-1), 1e-12);
  EXPECT_NEAR(shown->loss, -(std::log(sigmoid(2)) + std::log(1 - sigmoid(-1)) + std::log(0.5)) / 3, 1e-12);
  EXPECT_EQ(shown->pace.rows, 3);
}

TEST(Predict, dropout_is_off_and_the_mode_is_put_back) {
  const auto net = toy::make_net();
  net->train();
  toy::Source source({.shuffled = false});
  const auto once = predict(trainee(net), source, {});
  const auto twice = predict(trainee(net), source, {});
  EXPECT_EQ(once->probabilities, twice->probabilities);
  EXPECT_TRUE(net->is_training());
}

TEST(Predict, limit_empty_source_stop_and_infinite_logits) {
  const auto net = toy::make_net();
  toy::Source source({.shuffled = false});
  EXPECT_EQ(predict(trainee(net), source, {.limit_batches = 3})->samples.size(), 6U);
  toy::Source empty({.clips = 0});
  EXPECT_EQ(predict(trainee(net), empty, {}).error().code, core::ErrorCode::kUnreadable);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(predict(trainee(net), source, {.stop = stop.get_token()}).error().code, core::ErrorCode::kCancelled);
  FixedSource infinite({{.inputs = torch::tensor({{INFINITY}}), .labels = torch::tensor({1.0F}), .samples = {42}}});
  const auto module = std::make_shared<torch::nn::Module>();
  EXPECT_THAT(predict(mean_as_logit(module), infinite, {}).error().message, HasSubstr("sample 42"));
}

}  // namespace
}  // namespace vigil::learn
