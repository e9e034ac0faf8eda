#include "nn/weights.h"

#include <algorithm>
#include <format>
#include <sstream>
#include <string>

#include <torch/torch.h>

namespace vigil::nn {
namespace {

using core::ErrorCode;
using core::fail;
using core::Status;

// Shares memory with the module.
TensorMap tensors_of(const torch::nn::Module& module) {
  TensorMap tensors;
  for (const auto& item : module.named_parameters()) tensors.emplace(item.key(), item.value());
  for (const auto& item : module.named_buffers()) tensors.emplace(item.key(), item.value());
  return tensors;
}

std::string shape_of(const torch::Tensor& tensor) {
  std::ostringstream out;
  out << tensor.sizes();
  return out.str();
}

// One line for every difference of names and shapes; empty when there is none.
std::string differences(const TensorMap& given, const TensorMap& wanted) {
  std::string text;
  const auto add = [&](std::string line) { text += (text.empty() ? "" : "; ") + line; };
  for (const auto& [name, target] : wanted) {
    const auto found = given.find(name);
    if (found == given.end()) {
      add(std::format("'{}' is missing", name));
    } else if (found->second.sizes() != target.sizes()) {
      add(std::format("'{}' has shape {}, the network {}", name, shape_of(found->second), shape_of(target)));
    }
  }
  for (const auto& [name, tensor] : given) {
    if (!wanted.contains(name)) add(std::format("'{}' is unexpected", name));
  }
  return text;
}

}  // namespace

Status load_weights(const TensorMap& tensors, torch::nn::Module& module) {
  const TensorMap targets = tensors_of(module);
  if (const std::string wrong = differences(tensors, targets); !wrong.empty()) {
    return fail(ErrorCode::kUnreadable, "the weights do not fit the network: " + wrong);
  }
  const torch::NoGradGuard no_grad;
  for (const auto& [name, target] : targets) torch::Tensor(target).copy_(tensors.at(name));
  return {};
}

TensorMap copy_weights(const torch::nn::Module& module) {
  TensorMap copies;
  for (const auto& [name, tensor] : tensors_of(module)) copies.emplace(name, tensor.detach().cpu().clone());
  return copies;
}

std::string common_prefix(const TensorMap& tensors) {
  if (tensors.empty()) return {};
  // Names are sorted: what the first and the last share, all share.
  const std::string& first = tensors.begin()->first;
  const std::string& last = tensors.rbegin()->first;
  const auto shared = std::ranges::mismatch(first, last).in1 - first.begin();
  const std::size_t dot = first.substr(0, static_cast<std::size_t>(shared)).rfind('.');
  return dot == std::string::npos ? std::string() : first.substr(0, dot + 1);
}

TensorMap take_prefix(const TensorMap& tensors, std::string_view prefix) {
  TensorMap taken;
  for (const auto& [name, tensor] : tensors) {
    if (name.starts_with(prefix)) taken.emplace(name.substr(prefix.size()), tensor);
  }
  return taken;
}

Status save_weights(const std::filesystem::path& path, const torch::nn::Module& module, const SaveOptions& options) {
  SafetensorsFile file{.tensors = tensors_of(module), .metadata = options.metadata};
  if (options.half) {
    for (auto& [name, tensor] : file.tensors) {
      if (tensor.scalar_type() != torch::kFloat32 && tensor.scalar_type() != torch::kFloat64) continue;
      const torch::Tensor narrow = tensor.detach().to(torch::kFloat16);
      if (!narrow.isfinite().all().item<bool>()) {
        return fail(ErrorCode::kInvalidArgument,
                    std::format("{}: '{}' holds values that float16 cannot; store it as float32", path.string(), name));
      }
      tensor = narrow;
    }
  }
  return write_safetensors(path, file);
}

}  // namespace vigil::nn
