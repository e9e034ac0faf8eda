// Tensors out of the views that the readers of foreign formats give.
//
//   torch::Tensor weight = tensor_from(views.at("conv1.weight"));   // shares the view's memory
//
// For the readers of this room.
#pragma once

#include <torch/types.h>

#include "formats/tensor_view.h"
#include "nn/safetensors.h"

namespace vigil::nn {

// On the CPU, with the view's type, shape and strides, over the view's own bytes, which live as long as the tensor.
torch::Tensor tensor_from(const formats::TensorView& view);
TensorMap tensors_from(const formats::TensorViews& views);

}  // namespace vigil::nn
