#include "nn/safetensors.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <format>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>
#include <torch/torch.h>

#include "core/atomic_file.h"
#include "formats/mapped_file.h"

namespace vigil::nn {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;
using core::Status;
using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "tensors are stored little-endian");

constexpr std::size_t kLengthBytes = 8;
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;  // the format's own limit
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

std::unexpected<core::Error> unreadable(std::string reason) { return fail(ErrorCode::kUnreadable, std::move(reason)); }

// Parses the header; a name given twice would make two readers see two different files.
Result<json> parse_header(std::string_view text) {
  std::set<std::string> names;
  std::string twice;
  const auto watch = [&](int depth, json::parse_event_t event, json& parsed) {
    if (depth == 1 && event == json::parse_event_t::key && !names.insert(parsed.get<std::string>()).second) {
      twice = parsed.get<std::string>();
    }
    return true;
  };
  json header = json::parse(text, watch, false);
  if (header.is_discarded() || !header.is_object()) return unreadable("its header is no JSON object");
  if (!twice.empty()) return unreadable(std::format("its header names '{}' twice", twice));
  return header;
}

Result<Metadata> read_metadata(const json& fields) {
  if (!fields.is_object()) return unreadable("its __metadata__ is no JSON object");
  Metadata metadata;
  for (const auto& [key, value] : fields.items()) {
    if (!value.is_string()) return unreadable(std::format("its metadata field '{}' is no text", key));
    metadata.emplace(key, value.get<std::string>());
  }
  return metadata;
}

// Where one tensor's bytes lie and how they are to be read; checked against the data's size.
struct Entry {
  torch::Dtype type = torch::kFloat32;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

Result<Entry> read_entry(const std::string& name, const json& fields, std::uint64_t data_size) {
  const auto wrong = [&](std::string_view what) { return unreadable(std::format("its tensor '{}' {}", name, what)); };
  if (!fields.is_object()) return wrong("has no description");
  const auto dtype = fields.find("dtype");
  const auto shape = fields.find("shape");
  const auto offsets = fields.find("data_offsets");
  if (dtype == fields.end() || !dtype->is_string()) return wrong("has no dtype");
  if (shape == fields.end() || !shape->is_array()) return wrong("has no shape");
  if (offsets == fields.end() || !offsets->is_array() || offsets->size() != 2) return wrong("has no data_offsets");

  Entry entry;
  const auto& type_name = dtype->get_ref<const std::string&>();
  const auto type = std::ranges::find(kElementTypes, std::string_view(type_name), &ElementType::name);
  if (type == kElementTypes.end()) {
    return fail(ErrorCode::kUnsupported, std::format("its tensor '{}' has the unknown type '{}'", name, type_name));
  }
  entry.type = type->type;

  std::uint64_t bytes = torch::elementSize(entry.type);
  if (shape->size() > 64) return wrong("has more than 64 dimensions");
  for (const json& size : *shape) {
    if (!size.is_number_unsigned()) return wrong("has a size that is no whole number");
    const auto extent = size.get<std::uint64_t>();
    if (extent > INT64_MAX || __builtin_mul_overflow(bytes, extent, &bytes)) return wrong("has a size out of range");
    entry.shape.push_back(static_cast<std::int64_t>(extent));
  }
  if (!(*offsets)[0].is_number_unsigned() || !(*offsets)[1].is_number_unsigned()) return wrong("has wrong data_offsets");
  entry.begin = (*offsets)[0].get<std::uint64_t>();
  entry.end = (*offsets)[1].get<std::uint64_t>();
  if (entry.begin > entry.end || entry.end > data_size) return wrong("lies outside the file (is it cut short?)");
  if (entry.end - entry.begin != bytes) return wrong("has a shape that does not fit its bytes");
  return entry;
}

torch::Tensor make_tensor(const Entry& entry, std::span<std::byte> data, const std::shared_ptr<formats::MappedFile>& file) {
  if (entry.begin == entry.end) return torch::empty(entry.shape, entry.type);
  std::byte* bytes = data.data() + entry.begin;
  const auto alignment = torch::elementSize(entry.type);
  if (reinterpret_cast<std::uintptr_t>(bytes) % alignment == 0) {
    return torch::from_blob(bytes, entry.shape, [file](void*) {}, entry.type);
  }
  torch::Tensor tensor = torch::empty(entry.shape, entry.type);
  std::memcpy(tensor.data_ptr(), bytes, entry.end - entry.begin);
  return tensor;
}

Result<SafetensorsFile> parse(const std::shared_ptr<formats::MappedFile>& mapped) {
  const std::span<std::byte> bytes = mapped->bytes();
  if (bytes.size() < kLengthBytes) return unreadable("it is shorter than a header");
  std::uint64_t header_size = 0;
  std::memcpy(&header_size, bytes.data(), kLengthBytes);
  if (header_size > kMaxHeaderBytes || header_size > bytes.size() - kLengthBytes) {
    return unreadable(std::format("its header would take {} bytes of {}", header_size, bytes.size()));
  }
  const std::span<std::byte> data = bytes.subspan(kLengthBytes + header_size);
  const auto header = parse_header({reinterpret_cast<const char*>(bytes.data()) + kLengthBytes, header_size});
  if (!header) return std::unexpected(header.error());

  SafetensorsFile file;
  for (const auto& [name, fields] : header->items()) {
    if (name == kMetadataKey) {
      auto metadata = read_metadata(fields);
      if (!metadata) return std::unexpected(metadata.error());
      file.metadata = std::move(*metadata);
      continue;
    }
    const auto entry = read_entry(name, fields, data.size());
    if (!entry) return std::unexpected(entry.error());
    file.tensors.emplace(name, make_tensor(*entry, data, mapped));
  }
  return file;
}

}  // namespace

Result<SafetensorsFile> read_safetensors(const std::filesystem::path& path) {
  auto mapped = formats::MappedFile::open(path);
  if (!mapped) return std::unexpected(mapped.error());
  try {
    auto file = parse(*mapped);
    if (!file) return std::unexpected(file.error().with_context(path.string() + " is no usable safetensors file"));
    return file;
  } catch (const std::exception& error) {
    return unreadable(std::format("{} is no usable safetensors file: {}", path.string(), error.what()));
  }
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
