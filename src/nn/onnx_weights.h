// Reads the weights of an ONNX model, and its operations, by which the names that an exporter made up are mapped.
//
//   auto model = read_onnx_weights("yolox_nano.onnx");
//   auto convolutions = conv_weights_in_order(*model);
//   const torch::Tensor& first = convolutions->front().weight;
//
// Callable from any thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"
#include "formats/graph_node.h"
#include "nn/safetensors.h"

namespace vigil::nn {

struct OnnxWeights {
  TensorMap tensors;  // initialisers and Constant nodes by name, on the CPU, contiguous, sharing one copy of the file
  std::vector<formats::GraphNode> nodes;  // in the file's order, which is one they can be run in
  std::vector<std::string> inputs;        // of the graph
  std::vector<std::string> outputs;
};

// Blocks on disk. Errors: kNotFound, kIo; kUnreadable (no such model, or a tensor whose shape and data contradict each
// other: names it); kUnsupported (data outside the file, an element type that Vigil has not).
core::Result<OnnxWeights> read_onnx_weights(const std::filesystem::path& path);

struct ConvWeights {
  torch::Tensor weight;  // [out, in / groups, kernel…]
  torch::Tensor bias;    // [out], of the weight's type; zeros where the operation has none
};

// Those of the Conv operations, in the file's order: what a network with folded batch norms takes whose file has lost its
// own names. The tensors share the model's memory. Errors: kUnreadable (weights that are no initialiser, or shapes that do
// not fit a convolution: names the operation).
core::Result<std::vector<ConvWeights>> conv_weights_in_order(const OnnxWeights& model);

}  // namespace vigil::nn
