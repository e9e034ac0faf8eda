// TensorFlow.js models: `model.json` with its weights manifest, and the shards it names; the tensors by name, and for graph
// models the operations.
//
//   auto model = parse_tfjs_model(text, [&](const std::string& name) { return core::read_file(folder / name); });
//   const TensorView& kernel = model->weights.at("conv1/kernel");   // [7, 7, 3, 64]: height, width, in, out
//
// Both kinds of model, graph and layers. Weights come as TensorFlow.js itself would compute with them: float32, int32, uint8
// or bool; numbers quantised to 8 or 16 bits are expanded by their scale and minimum. The one exception are weights stored
// as float16, which stay so (their expansion loses nothing). Weights of text are skipped. Callable from any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "formats/graph_node.h"
#include "formats/tensor_view.h"

namespace vigil::formats {

struct TfjsModel {
  TensorViews weights;           // contiguous
  std::vector<GraphNode> nodes;  // of a graph model, in the file's order; a layers model has none
};

// Gives the bytes of a shard that lies beside model.json.
using ReadShard = std::function<core::Result<std::string>(const std::string& name)>;

// Errors: kUnreadable (no such model, sizes that do not match, a shard outside the folder or named twice: names the tensor
// or shard); kUnsupported (an element type or quantisation that Vigil has not); what `read_shard` gives.
core::Result<TfjsModel> parse_tfjs_model(std::string_view model_json, const ReadShard& read_shard);

}  // namespace vigil::formats
