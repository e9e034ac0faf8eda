#include "nn/onnx_weights.h"

#include <cstdint>
#include <format>
#include <string>
#include <utility>

#include <torch/torch.h>

#include "formats/mapped_file.h"
#include "formats/onnx_model.h"
#include "nn/view_tensors.h"

namespace vigil::nn {
namespace {

core::Result<ConvWeights> conv_weights(const OnnxWeights& model, const formats::GraphNode& node) {
  const auto wrong = [&](const std::string& what) {
    return core::fail(core::ErrorCode::kUnreadable, std::format("convolution '{}': {}", node.name, what));
  };
  if (node.inputs.size() < 2) return wrong("it has no weights");
  const auto weight = model.tensors.find(node.inputs[1]);
  if (weight == model.tensors.end()) return wrong(std::format("its weights '{}' are no initialiser", node.inputs[1]));
  if (weight->second.dim() < 3) return wrong(std::format("its weights have {} dimensions", weight->second.dim()));
  const std::int64_t outputs = weight->second.size(0);
  if (node.inputs.size() < 3 || node.inputs[2].empty()) {
    return ConvWeights{.weight = weight->second, .bias = torch::zeros({outputs}, weight->second.options())};
  }
  const auto bias = model.tensors.find(node.inputs[2]);
  if (bias == model.tensors.end()) return wrong(std::format("its bias '{}' is no initialiser", node.inputs[2]));
  if (bias->second.dim() != 1 || bias->second.size(0) != outputs || bias->second.dtype() != weight->second.dtype()) {
    return wrong(std::format("its bias '{}' does not fit its {} outputs", node.inputs[2], outputs));
  }
  return ConvWeights{.weight = weight->second, .bias = bias->second};
}

}  // namespace

core::Result<OnnxWeights> read_onnx_weights(const std::filesystem::path& path) {
  const auto file = formats::MappedFile::open(path);
  if (!file) return std::unexpected(file.error());
  auto model = formats::parse_onnx_model((*file)->bytes());
  if (!model) return std::unexpected(model.error().with_context(path.string() + " is no usable ONNX model"));
  return OnnxWeights{.tensors = tensors_from(model->initializers),
                     .nodes = std::move(model->nodes),
                     .inputs = std::move(model->inputs),
                     .outputs = std::move(model->outputs)};
}

core::Result<std::vector<ConvWeights>> conv_weights_in_order(const OnnxWeights& model) {
  std::vector<ConvWeights> convolutions;
  for (const formats::GraphNode& node : model.nodes) {
    if (node.op != "Conv") continue;
    auto weights = conv_weights(model, node);
    if (!weights) return std::unexpected(weights.error());
    convolutions.push_back(std::move(*weights));
  }
  return convolutions;
}

}  // namespace vigil::nn
