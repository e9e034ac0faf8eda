#include "nn/safetensors.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <format>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>
#include <torch/torch.h>

#include "core/atomic_file.h"
#include "formats/mapped_file.h"
#include "formats/safetensors_file.h"
#include "nn/view_tensors.h"

namespace vigil::nn {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;
using core::Status;
using nlohmann::json;

constexpr std::size_t kLengthBytes = 8;
constexpr std::string_view kMetadataKey = "__metadata__";

struct ElementType {
  std::string_view name;
  torch::Dtype type;
};
constexpr std::array kElementTypes = {
    ElementType{"F32", torch::kFloat32}, ElementType{"F16", torch::kFloat16}, ElementType{"BF16", torch::kBFloat16},
    ElementType{"F64", torch::kFloat64}, ElementType{"I64", torch::kInt64},   ElementType{"I32", torch::kInt32},
    ElementType{"I16", torch::kInt16},   ElementType{"I8", torch::kInt8},     ElementType{"U8", torch::kUInt8},
    ElementType{"BOOL", torch::kBool},
};

}  // namespace

Result<SafetensorsFile> read_safetensors(const std::filesystem::path& path) {
  const auto mapped = formats::MappedFile::open(path);
  if (!mapped) return std::unexpected(mapped.error());
  auto content = formats::parse_safetensors((*mapped)->bytes(), *mapped);
  if (!content) return std::unexpected(content.error().with_context(path.string() + " is no usable safetensors file"));
  return SafetensorsFile{.tensors = tensors_from(content->tensors), .metadata = std::move(content->metadata)};
}

Status write_safetensors(const std::filesystem::path& path, const SafetensorsFile& file) {
  json header = json::object();
  if (!file.metadata.empty()) header[kMetadataKey] = file.metadata;
  std::vector<torch::Tensor> ordered;
  std::uint64_t offset = 0;
  for (const auto& [name, tensor] : file.tensors) {
    const auto type = std::ranges::find(kElementTypes, tensor.scalar_type(), &ElementType::type);
    if (type == kElementTypes.end()) {
      return fail(ErrorCode::kUnsupported,
                  std::format("{}: tensor '{}' has a type that safetensors cannot hold", path.string(), name));
    }
    ordered.push_back(tensor.detach().cpu().contiguous());
    const std::uint64_t end = offset + ordered.back().nbytes();
    header[name] = {{"dtype", type->name}, {"shape", tensor.sizes().vec()}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump(-1, ' ', false, json::error_handler_t::replace);
  text.resize((text.size() + kLengthBytes - 1) / kLengthBytes * kLengthBytes, ' ');

  std::string bytes(kLengthBytes, '\0');
  const std::uint64_t header_size = text.size();
  std::memcpy(bytes.data(), &header_size, kLengthBytes);
  bytes.reserve(kLengthBytes + text.size() + offset);
  bytes += text;
  for (const torch::Tensor& tensor : ordered) bytes.append(static_cast<const char*>(tensor.data_ptr()), tensor.nbytes());
  return core::write_file_atomically(path, bytes);
}

}  // namespace vigil::nn
