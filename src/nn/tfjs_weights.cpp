#include "nn/tfjs_weights.h"

#include <string>
#include <utility>

#include <torch/torch.h>

#include "core/atomic_file.h"
#include "formats/tfjs_model.h"
#include "nn/view_tensors.h"

namespace vigil::nn {

core::Result<TfjsWeights> read_tfjs_model(const std::filesystem::path& model_json) {
  const auto text = core::read_file(model_json);
  if (!text) return std::unexpected(text.error());
  auto model = formats::parse_tfjs_model(
      *text, [&](const std::string& name) { return core::read_file(model_json.parent_path() / name); });
  if (!model) return std::unexpected(model.error().with_context(model_json.string() + " is no usable TensorFlow.js model"));
  TfjsWeights weights{.tensors = tensors_from(model->weights), .nodes = std::move(model->nodes)};
  for (auto& [name, tensor] : weights.tensors) {
    if (tensor.scalar_type() == torch::kFloat16) tensor = tensor.to(torch::kFloat32);
  }
  return weights;
}

core::Result<TensorMap> read_tfjs_weights(const std::filesystem::path& model_json) {
  auto model = read_tfjs_model(model_json);
  if (!model) return std::unexpected(model.error());
  return std::move(model->tensors);
}

}  // namespace vigil::nn
