#include "formats/safetensors_file.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <format>
#include <set>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace vigil::formats {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;
using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "tensors are stored little-endian");

constexpr std::size_t kLengthBytes = 8;
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;  // the format's own limit
constexpr std::string_view kMetadataKey = "__metadata__";

struct NamedType {
  std::string_view name;
  ElementType type;
};
constexpr std::array kElementTypes = {
    NamedType{"F32", ElementType::kFloat32},   NamedType{"F16", ElementType::kFloat16},
    NamedType{"BF16", ElementType::kBFloat16}, NamedType{"F64", ElementType::kFloat64},
    NamedType{"I64", ElementType::kInt64},     NamedType{"I32", ElementType::kInt32},
    NamedType{"I16", ElementType::kInt16},     NamedType{"I8", ElementType::kInt8},
    NamedType{"U8", ElementType::kUInt8},      NamedType{"BOOL", ElementType::kBool},
};

using Metadata = std::map<std::string, std::string>;

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
  ElementType type = ElementType::kFloat32;
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
  const auto type = std::ranges::find(kElementTypes, std::string_view(type_name), &NamedType::name);
  if (type == kElementTypes.end()) {
    return fail(ErrorCode::kUnsupported, std::format("its tensor '{}' has the unknown type '{}'", name, type_name));
  }
  entry.type = type->type;

  std::uint64_t bytes = size_of(entry.type);
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

TensorView view_of(const Entry& entry, std::span<std::byte> data, const std::shared_ptr<void>& owner) {
  TensorView view{
      .type = entry.type, .shape = entry.shape, .strides = contiguous_strides(entry.shape), .bytes = {}, .owner = owner};
  const auto bytes = data.subspan(entry.begin, entry.end - entry.begin);
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % size_of(entry.type) == 0) {
    view.bytes = bytes;
  } else {
    OwnedBytes aligned = copy_bytes(bytes);
    view.bytes = aligned.bytes;
    view.owner = std::move(aligned.owner);
  }
  return view;
}

Result<SafetensorsContent> parse(std::span<std::byte> bytes, const std::shared_ptr<void>& owner) {
  if (bytes.size() < kLengthBytes) return unreadable("it is shorter than a header");
  std::uint64_t header_size = 0;
  std::memcpy(&header_size, bytes.data(), kLengthBytes);
  if (header_size > kMaxHeaderBytes || header_size > bytes.size() - kLengthBytes) {
    return unreadable(std::format("its header would take {} bytes of {}", header_size, bytes.size()));
  }
  const std::span<std::byte> data = bytes.subspan(kLengthBytes + header_size);
  const auto header = parse_header({reinterpret_cast<const char*>(bytes.data()) + kLengthBytes, header_size});
  if (!header) return std::unexpected(header.error());

  SafetensorsContent file;
  for (const auto& [name, fields] : header->items()) {
    if (name == kMetadataKey) {
      auto metadata = read_metadata(fields);
      if (!metadata) return std::unexpected(metadata.error());
      file.metadata = std::move(*metadata);
      continue;
    }
    const auto entry = read_entry(name, fields, data.size());
    if (!entry) return std::unexpected(entry.error());
    file.tensors.emplace(name, view_of(*entry, data, owner));
  }
  return file;
}

}  // namespace

Result<SafetensorsContent> parse_safetensors(std::span<std::byte> bytes, const std::shared_ptr<void>& owner) {
  try {
    return parse(bytes, owner);
  } catch (const json::exception& error) {
    return unreadable(error.what());
  }
}

}  // namespace vigil::formats
