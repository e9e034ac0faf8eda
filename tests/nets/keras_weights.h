// A Keras ResNet-50 whose weights are made by a formula, and pictures to show it; what its parts are compared on with a
// reference.
#pragma once

#include <string>

#include <torch/types.h>

#include "nn/safetensors.h"

namespace vigil::nets {

// Without the layer of classes.
nn::TensorMap keras_weights();

// [2, 96, 128, 3] uint8: two grey pictures cut out of a scene of sines with a block in it.
torch::Tensor formula_pictures();

}  // namespace vigil::nets
