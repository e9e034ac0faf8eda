// The loss of a network for people's looks: pictures of one person are to be nearer to each other than to those of people
// who are surely others.
//
//   torch::Tensor loss = looks_loss(net->forward(inputs), labels, different, {.temperature = 0.1});
//
// Supervised contrastive loss (Khosla et al. 2020), each pair of one person held against the anchor's negatives only; who
// may or may not be the same person counts as neither. Pure; differentiable.
#pragma once

#include <torch/types.h>

namespace vigil::learn {

struct LooksLossOptions {
  double temperature = 0.1;  // above 0; lower: the nearest others count more
};

// looks: [N, D], any length. people: [N] int64. different: [N, N] bool, where two rows show surely different people; false
// for rows of one person. A scalar, the mean over all pairs of one person; 0 where there are none.
torch::Tensor looks_loss(const torch::Tensor& looks, const torch::Tensor& people, const torch::Tensor& different,
                         const LooksLossOptions& options = {});

}  // namespace vigil::learn
