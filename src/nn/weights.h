// A module's weights: to a safetensors file and back, by the names of its parameters and buffers.
//
//   if (auto saved = save_weights("net.safetensors", net, {.metadata = {{"net", "seed-3dcnn"}}, .half = true}); !saved) …
//   auto file = read_safetensors("net.safetensors");
//   if (auto loaded = load_weights(*file, net); !loaded) …
//
// The caller keeps the module to itself meanwhile.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <torch/nn/module.h>

#include "core/result.h"
#include "nn/safetensors.h"

namespace vigil::nn {

struct SaveOptions {
  Metadata metadata;
  bool half = false;  // float32 and float64 are stored as float16: half the size, 11 bits of precision
};

// Copies every tensor into the module's parameter or buffer of the same name, in the module's own type and device. All or
// nothing. Errors: kUnreadable, naming every tensor that is missing, unexpected or of another shape.
core::Status load_weights(const TensorMap& tensors, torch::nn::Module& module);

// Parameters and buffers by their full names: copies on the CPU.
TensorMap copy_weights(const torch::nn::Module& module);

// The longest beginning that all names share, up to and with a ".", as a wrapper leaves it: "model." or "module.backbone.";
// empty when there is none. A network with one named part shares that name too: look at the result before taking it off.
std::string common_prefix(const TensorMap& tensors);

// Those whose names begin with `prefix`, without it; empty when there are none. The tensors are shared, not copied.
TensorMap take_prefix(const TensorMap& tensors, std::string_view prefix);

// Atomic. Errors: kIo; kInvalidArgument (a value that float16 cannot hold, under `half`; names the tensor).
core::Status save_weights(const std::filesystem::path& path, const torch::nn::Module& module, const SaveOptions& options);

}  // namespace vigil::nn
