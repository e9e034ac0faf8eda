// Reads the weights of an ONNX model, and its operations, by which the names that an exporter made up are mapped.
//
//   auto model = read_onnx_weights("yolox_nano.onnx");
//   for (const formats::GraphNode& node : model->nodes) {
//     if (node.op == "Conv") weights.push_back(model->tensors.at(node.inputs[1]));
//   }
//
// Blocks on disk; callable from any thread.
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

// Errors: kNotFound, kIo; kUnreadable (no such model, or a tensor whose shape and data contradict each other: names it);
// kUnsupported (data outside the file, an element type that Vigil has not).
core::Result<OnnxWeights> read_onnx_weights(const std::filesystem::path& path);

}  // namespace vigil::nn
