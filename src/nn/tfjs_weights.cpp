#include "nn/tfjs_weights.h"

#include <cstring>
#include <format>

#include <nlohmann/json.hpp>

#include "core/atomic_file.h"

namespace vigil::nn {
namespace {

using core::ErrorCode;
using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::int64_t kMaxElements = std::int64_t{1} << 32;

core::Result<std::string> read_shards(const fs::path& folder, const json& group) {
  std::string bytes;
  for (const json& entry : group.at("paths")) {
    const fs::path name = entry.get<std::string>();
    if (name.is_absolute() || name != name.filename()) {
      return core::fail(ErrorCode::kUnreadable,
                        std::format("{}: shard '{}' lies outside the model's folder", folder.string(), name.string()));
    }
    auto shard = core::read_file(folder / name);
    if (!shard) return std::unexpected(shard.error());
    bytes += *shard;
  }
  return bytes;
}

core::Result<std::int64_t> element_count(const fs::path& path, const std::string& name,
                                         const std::vector<std::int64_t>& shape) {
  std::int64_t count = 1;
  for (const std::int64_t size : shape) {
    if (size < 0 || (size > 0 && count > kMaxElements / size)) {
      return core::fail(ErrorCode::kUnreadable, std::format("{}: tensor {} has an impossible shape", path.string(), name));
    }
    count *= size;
  }
  return count;
}

core::Status read_group(const fs::path& path, const json& group, TensorMap& tensors) {
  auto bytes = read_shards(path.parent_path(), group);
  if (!bytes) return std::unexpected(bytes.error());
  std::size_t offset = 0;
  for (const json& entry : group.at("weights")) {
    const auto name = entry.at("name").get<std::string>();
    const auto shape = entry.at("shape").get<std::vector<std::int64_t>>();
    if (entry.at("dtype") != "float32" || entry.contains("quantization")) {
      return core::fail(ErrorCode::kUnsupported, std::format("{}: tensor {} is not plain float32", path.string(), name));
    }
    const auto count = element_count(path, name, shape);
    if (!count) return std::unexpected(count.error());
    const std::size_t size = static_cast<std::size_t>(*count) * sizeof(float);
    if (size > bytes->size() - offset) {
      return core::fail(ErrorCode::kUnreadable, std::format("{}: the shards end inside tensor {}", path.string(), name));
    }
    torch::Tensor tensor = torch::empty(shape, torch::kFloat32);
    std::memcpy(tensor.data_ptr(), bytes->data() + offset, size);
    tensors.insert_or_assign(name, std::move(tensor));
    offset += size;
  }
  if (offset != bytes->size()) {
    return core::fail(ErrorCode::kUnreadable, std::format("{}: the shards hold {} bytes, the manifest names {}",
                                                          path.string(), bytes->size(), offset));
  }
  return {};
}

}  // namespace

core::Result<TensorMap> read_tfjs_weights(const fs::path& model_json) {
  auto text = core::read_file(model_json);
  if (!text) return std::unexpected(text.error());
  TensorMap tensors;
  try {
    const json model = json::parse(*text);
    for (const json& group : model.at("weightsManifest")) {
      if (auto read = read_group(model_json, group, tensors); !read) return std::unexpected(read.error());
    }
  } catch (const json::exception& error) {
    return core::fail(ErrorCode::kUnreadable,
                      std::format("{} is not a TensorFlow.js model: {}", model_json.string(), error.what()));
  }
  return tensors;
}

}  // namespace vigil::nn
