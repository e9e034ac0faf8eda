// Weights of graphs in which batch normalisation is folded, as exported files have them, into modules that keep it apart.
//
//   load_folded(net->executed(), convolutions);   // one for each ConvBlock and ConvLayer, in that order
#pragma once

#include <memory>
#include <span>
#include <vector>

#include <torch/nn/module.h>
#include <torch/types.h>

#include "core/result.h"

namespace vigil::nets {

struct FoldedWeights {
  torch::Tensor weight;  // [out, in / groups, height, width]
  torch::Tensor bias;    // [out]
};

using Modules = std::vector<std::shared_ptr<torch::nn::Module>>;

// Fills the ConvBlocks and ConvLayers among `modules`; batch normalisation becomes the identity. All or nothing. Errors:
// kUnreadable (another number of convolutions, or a shape that does not fit).
core::Status load_folded(const Modules& modules, std::span<const FoldedWeights> convolutions);

}  // namespace vigil::nets
