// ONNX models: the initialisers (weights) by name, and the operations in the file's order, by which the names that an
// exporter made up ("onnx::Conv_123") are mapped onto a network's own.
//
//   auto model = parse_onnx_model(file->bytes());
//   for (const GraphNode& node : model->nodes) {
//     if (node.op == "Conv") use(model->initializers.at(node.inputs[1]), node.attributes.at("kernel_shape").ints);
//   }
//
// Fields as the ONNX specification numbers them: onnx_model.proto. Nodes inside of If and Loop are left out. The views share
// one copy of the file in memory. Callable from any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "formats/graph_node.h"
#include "formats/tensor_view.h"

namespace vigil::formats {

struct OnnxModel {
  TensorViews initializers;  // contiguous; a Constant node's tensor counts, under the name of its output
  std::vector<GraphNode> nodes;
  std::vector<std::string> inputs;  // of the graph; files of IR version 3 name the initialisers here too
  std::vector<std::string> outputs;
};

// Errors: kUnreadable (no such model, or a tensor whose shape and data contradict each other: names the tensor);
// kUnsupported (data in another file or in segments, an element type that Vigil has not, 2 GiB and more).
core::Result<OnnxModel> parse_onnx_model(std::span<const std::byte> bytes);

}  // namespace vigil::formats
