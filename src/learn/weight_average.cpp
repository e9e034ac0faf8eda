#include "learn/weight_average.h"

#include <algorithm>

#include <torch/torch.h>

#include "core/check.h"

namespace vigil::learn {

WeightAverage::WeightAverage(const torch::nn::Module& module, double decay)
    : parameters_(module.parameters()), decay_(decay) {
  for (const torch::Tensor& parameter : parameters_) averages_.push_back(parameter.detach().clone());
}

void WeightAverage::update() {
  const torch::NoGradGuard no_grad;
  const auto n = static_cast<double>(++updates_);
  const double decay = std::min(decay_, (1 + n) / (10 + n));
  for (std::size_t i = 0; i < averages_.size(); ++i) averages_[i].lerp_(parameters_[i], 1 - decay);
}

void WeightAverage::swap() {
  const torch::NoGradGuard no_grad;
  for (std::size_t i = 0; i < averages_.size(); ++i) {
    const torch::Tensor held = parameters_[i].detach().clone();
    parameters_[i].copy_(averages_[i]);
    averages_[i].copy_(held);
  }
}

void WeightAverage::restore(const std::vector<torch::Tensor>& averages, std::int64_t updates) {
  VIGIL_CHECK(averages.size() == averages_.size(), "as many averages as parameters");
  const torch::NoGradGuard no_grad;
  for (std::size_t i = 0; i < averages_.size(); ++i) averages_[i].copy_(averages[i]);
  updates_ = updates;
}

}  // namespace vigil::learn
