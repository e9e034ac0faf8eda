#include "learn/looks_loss.h"

#include <torch/torch.h>

namespace vigil::learn {

using torch::Tensor;

Tensor looks_loss(const Tensor& looks, const Tensor& people, const Tensor& different, const LooksLossOptions& options) {
  namespace F = torch::nn::functional;
  const Tensor z = F::normalize(looks.to(torch::kFloat32), F::NormalizeFuncOptions().dim(1));
  const Tensor alike = torch::mm(z, z.t()) / options.temperature;
  const Tensor same =
      (people.unsqueeze(0) == people.unsqueeze(1)) & ~torch::eye(people.size(0), alike.options().dtype(torch::kBool));
  // log Σ over the negatives; with none, pairs of one person cost nothing.
  const Tensor others = torch::logsumexp(alike.masked_fill(~different, -1e4), 1, /*keepdim=*/true);
  const Tensor cost = F::softplus(others - alike);
  return (cost * same).sum() / same.sum().clamp_min(1);
}

}  // namespace vigil::learn
