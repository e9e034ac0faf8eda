// The optimizer of a recipe and its learning rate in each epoch.
//
//   auto optimizer = make_optimizer(recipe.optimizer, net->parameters());
//   set_learning_rate(*optimizer, learning_rate(recipe.schedule, recipe.optimizer.lr, epoch));
//
// One thread at a time per optimizer; learning_rate() is callable from any.
#pragma once

#include <memory>
#include <vector>

#include <torch/optim/optimizer.h>

#include "learn/recipe.h"

namespace vigil::learn {

// AdamW (Loshchilov, Hutter 2019) or SGD with momentum. Only parameters that require a gradient should be given.
std::unique_ptr<torch::optim::Optimizer> make_optimizer(const OptimizerRecipe& recipe,
                                                        std::vector<torch::Tensor> parameters);

void set_learning_rate(torch::optim::Optimizer& optimizer, double lr);

// The rate of the epoch (counted from 0), in closed form, so that it depends on nothing but the epoch:
//   cosine: eta_min + (lr − eta_min)·(1 + cos(π·epoch / t_max)) / 2 (Loshchilov, Hutter 2017, without restarts). As
//   PyTorch's
//           CosineAnnealingLR it rises again beyond t_max and is back at lr after 2·t_max epochs.
//   step:   lr·gamma^⌊epoch / step_epochs⌋.
//   warm-up of w epochs: the rate above times (epoch + 1) / (w + 1) while epoch < w.
double learning_rate(const ScheduleRecipe& schedule, double lr, int epoch);

}  // namespace vigil::learn
