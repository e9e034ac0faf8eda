// Reads a TensorFlow.js model, graph or layers: `model.json` with its manifest and the shard files beside it.
//
//   auto tensors = read_tfjs_weights("ResNet50/model.json");
//   torch::Tensor kernel = tensors->at("conv1/kernel");   // [7, 7, 3, 64]: height, width, in, out
//
// Layout and names are the framework's. Types as the manifest says: float32, int32, uint8 or bool; what is stored as float16
// or quantised to 8 or 16 bits is expanded as TensorFlow.js does; weights of text are left out. Nothing in the files is
// trusted: shard names stay inside the folder, sizes must match. Blocks on disk; callable from any thread.
#pragma once

#include <filesystem>
#include <vector>

#include "core/result.h"
#include "formats/graph_node.h"
#include "nn/safetensors.h"

namespace vigil::nn {

struct TfjsWeights {
  TensorMap tensors;                      // on the CPU, contiguous
  std::vector<formats::GraphNode> nodes;  // of a graph model; a layers model has none
};

// Errors: kNotFound, kIo; kUnreadable (not such a model, or sizes that do not match: names file and tensor); kUnsupported
// (an element type or quantisation that Vigil has not).
core::Result<TfjsWeights> read_tfjs_model(const std::filesystem::path& model_json);

// The tensors alone.
core::Result<TensorMap> read_tfjs_weights(const std::filesystem::path& model_json);

}  // namespace vigil::nn
