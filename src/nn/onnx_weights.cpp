#include "nn/onnx_weights.h"

#include <utility>

#include "formats/mapped_file.h"
#include "formats/onnx_model.h"
#include "nn/view_tensors.h"

namespace vigil::nn {

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

}  // namespace vigil::nn
