// A torch checkpoint with a network's state, as a training script leaves it.
#pragma once

#include <filesystem>

#include "nn/safetensors.h"

namespace vigil::nets {

// What torch.save makes of {"state_dict": tensors, "iter": 370000}. Requires float32 and int64 tensors.
void write_checkpoint(const std::filesystem::path& path, const nn::TensorMap& tensors);

}  // namespace vigil::nets
