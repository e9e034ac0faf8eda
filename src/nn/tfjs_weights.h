// Reads the weights of a TensorFlow.js model: `model.json` with its manifest and the shard files beside it.
//
//   auto tensors = read_tfjs_weights("ResNet50/model.json");
//   torch::Tensor kernel = tensors->at("conv1/kernel");   // [7, 7, 3, 64]: height, width, in, out
//
// Only float32 tensors, as they are stored; layout and names are the framework's. Nothing in the files is trusted: shard
// names stay inside the folder, sizes must match. Blocks on disk; callable from any thread.
#pragma once

#include <filesystem>

#include "core/result.h"
#include "nn/safetensors.h"

namespace vigil::nn {

// Errors: kNotFound, kIo; kUnreadable (not such a model, or sizes that do not match: names file and tensor); kUnsupported (a
// tensor that is quantised or not float32).
core::Result<TensorMap> read_tfjs_weights(const std::filesystem::path& model_json);

}  // namespace vigil::nn
