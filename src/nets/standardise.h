// Standardisation of features by the mean and spread that they had in training; what networks on features begin with.
//
//   fit_standardisation(train_features, mean, scale);                // once, before training
//   torch::Tensor x = standardised(features, mean, scale);           // within ±4 spreads: no single odd feature decides
//
// `mean`, `scale`: [F]; features [N, F] or [N, …, F].
#pragma once

#include <torch/types.h>

namespace vigil::nets {

torch::Tensor standardised(const torch::Tensor& features, const torch::Tensor& mean, const torch::Tensor& scale);

// A feature that hardly varies in training is not blown up. features: [N, F], N ≥ 2.
void fit_standardisation(const torch::Tensor& features, torch::Tensor& mean, torch::Tensor& scale);

}  // namespace vigil::nets
