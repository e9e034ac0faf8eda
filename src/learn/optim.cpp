#include "learn/optim.h"

#include <cmath>
#include <numbers>
#include <utility>

#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/sgd.h>

namespace vigil::learn {
namespace {

double scheduled(const ScheduleRecipe& schedule, double lr, int epoch) {
  switch (schedule.kind) {
    case ScheduleKind::kConstant: return lr;
    case ScheduleKind::kCosine:
      return schedule.eta_min +
             (lr - schedule.eta_min) * (1 + std::cos(std::numbers::pi * epoch / static_cast<double>(schedule.t_max))) / 2;
    case ScheduleKind::kStep: return lr * std::pow(schedule.gamma, epoch / schedule.step_epochs);
  }
  std::unreachable();
}

}  // namespace

std::unique_ptr<torch::optim::Optimizer> make_optimizer(const OptimizerRecipe& recipe,
                                                        std::vector<torch::Tensor> parameters) {
  if (recipe.kind == OptimizerKind::kSgd) {
    return std::make_unique<torch::optim::SGD>(std::move(parameters), torch::optim::SGDOptions(recipe.lr)
                                                                          .momentum(recipe.momentum)
                                                                          .nesterov(recipe.nesterov)
                                                                          .weight_decay(recipe.weight_decay));
  }
  if (recipe.kind == OptimizerKind::kAdam) {
    return std::make_unique<torch::optim::Adam>(std::move(parameters), torch::optim::AdamOptions(recipe.lr)
                                                                           .betas({recipe.beta1, recipe.beta2})
                                                                           .eps(recipe.eps)
                                                                           .weight_decay(recipe.weight_decay));
  }
  return std::make_unique<torch::optim::AdamW>(std::move(parameters), torch::optim::AdamWOptions(recipe.lr)
                                                                          .betas({recipe.beta1, recipe.beta2})
                                                                          .eps(recipe.eps)
                                                                          .weight_decay(recipe.weight_decay));
}

void set_learning_rate(torch::optim::Optimizer& optimizer, double lr) {
  for (auto& group : optimizer.param_groups()) group.options().set_lr(lr);
}

double learning_rate(const ScheduleRecipe& schedule, double lr, int epoch) {
  const double rate = scheduled(schedule, lr, epoch);
  if (epoch >= schedule.warmup_epochs) return rate;
  return rate * (epoch + 1) / (schedule.warmup_epochs + 1);
}

}  // namespace vigil::learn
