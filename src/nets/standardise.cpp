#include "nets/standardise.h"

#include <torch/torch.h>

namespace vigil::nets {
namespace {

constexpr double kLargestDeviation = 4;  // in spreads
constexpr double kSmallestSpread = 0.05;

}  // namespace

torch::Tensor standardised(const torch::Tensor& features, const torch::Tensor& mean, const torch::Tensor& scale) {
  return ((features - mean) * scale).clamp(-kLargestDeviation, kLargestDeviation);
}

void fit_standardisation(const torch::Tensor& features, torch::Tensor& mean, torch::Tensor& scale) {
  const torch::NoGradGuard no_grad;
  mean.copy_(features.mean(0));
  scale.copy_(1 / features.std(0, /*unbiased=*/false).clamp_min(kSmallestSpread));
}

}  // namespace vigil::nets
