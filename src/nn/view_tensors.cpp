#include "nn/view_tensors.h"

#include <utility>

#include <torch/torch.h>

namespace vigil::nn {
namespace {

torch::Dtype dtype_of(formats::ElementType type) {
  using enum formats::ElementType;
  switch (type) {
    case kFloat64: return torch::kFloat64;
    case kFloat32: return torch::kFloat32;
    case kFloat16: return torch::kFloat16;
    case kBFloat16: return torch::kBFloat16;
    case kInt64: return torch::kInt64;
    case kInt32: return torch::kInt32;
    case kInt16: return torch::kInt16;
    case kInt8: return torch::kInt8;
    case kUInt8: return torch::kUInt8;
    case kBool: return torch::kBool;
  }
  std::unreachable();
}

}  // namespace

torch::Tensor tensor_from(const formats::TensorView& view) {
  if (view.bytes.empty()) return torch::empty_strided(view.shape, view.strides, dtype_of(view.type));
  return torch::from_blob(view.bytes.data(), view.shape, view.strides, [owner = view.owner](void*) {}, dtype_of(view.type));
}

TensorMap tensors_from(const formats::TensorViews& views) {
  TensorMap tensors;
  for (const auto& [name, view] : views) tensors.emplace(name, tensor_from(view));
  return tensors;
}

}  // namespace vigil::nn
