#include "formats/tfjs_model.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <format>
#include <limits>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "formats/base64.h"
#include "formats/byte_reader.h"

namespace vigil::formats {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;
using core::Status;
using nlohmann::json;

std::unexpected<core::Error> unreadable(std::string reason) { return fail(ErrorCode::kUnreadable, std::move(reason)); }

// Protobuf's JSON writes 64-bit numbers as text; TensorFlow.js accepts both.
std::int64_t whole_number(const json& value) {
  if (value.is_number_integer()) return value.get<std::int64_t>();
  const auto& text = value.get_ref<const std::string&>();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw json::other_error::create(501, std::format("'{}' is no whole number", text), &value);
  }
  return number;
}

Result<std::string> read_shards(const json& group, const ReadShard& read_shard, std::set<std::string>& known) {
  std::string bytes;
  for (const json& entry : group.at("paths")) {
    const auto name = entry.get<std::string>();
    const std::filesystem::path path = name;
    if (name.empty() || name == "." || name == ".." || name.contains('\0') || path != path.filename()) {
      return unreadable(std::format("shard '{}' lies outside the model's folder", name));
    }
    if (!known.insert(name).second) return unreadable(std::format("shard '{}' is named twice", name));
    auto shard = read_shard(name);
    if (!shard) return std::unexpected(shard.error());
    bytes += *shard;
  }
  return bytes;
}

// One line of the manifest.
struct Entry {
  std::string name;
  std::string type;         // "float32": what the weights are to the network
  std::string stored_type;  // the same, or "uint8", "uint16", "float16" when quantised
  std::vector<std::int64_t> shape;
  std::uint64_t count = 0;
  double scale = 1;
  double min = 0;
};

Result<Entry> read_entry(const json& fields) {
  Entry entry;
  fields.at("name").get_to(entry.name);
  fields.at("dtype").get_to(entry.type);
  for (const json& size : fields.at("shape")) entry.shape.push_back(whole_number(size));
  const auto count = element_count(entry.shape);
  if (!count) return unreadable(std::format("tensor '{}' has an impossible shape", entry.name));
  entry.count = *count;
  entry.stored_type = entry.type;
  if (const auto quantised = fields.find("quantization"); quantised != fields.end()) {
    entry.stored_type = quantised->at("dtype").get<std::string>();
    if (entry.stored_type != "float16") {
      entry.scale = quantised->at("scale").get<double>();
      entry.min = quantised->at("min").get<double>();
    }
  }
  return entry;
}

// Each text is its length in 4 bytes and its bytes.
bool skip_texts(ByteReader& in, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto length = in.number<std::uint32_t>();
    if (!length || !in.take(*length)) return false;
  }
  return true;
}

// As in TensorFlow.js: value × scale + min in double precision, halves of whole numbers rounded up.
template <typename To, typename From>
OwnedBytes expand(std::span<const std::byte> stored, const Entry& entry) {
  std::vector<To> values;
  ByteReader in(stored);
  while (const auto number = in.number<From>()) {
    const double value = *number * entry.scale + entry.min;
    if constexpr (std::is_integral_v<To>) {
      constexpr double kLeast = std::numeric_limits<To>::min();
      constexpr double kMost = std::numeric_limits<To>::max();
      values.push_back(std::isnan(value) ? 0 : static_cast<To>(std::clamp(std::floor(value + 0.5), kLeast, kMost)));
    } else {
      values.push_back(static_cast<To>(value));
    }
  }
  return copy_bytes(std::as_bytes(std::span(values)));
}

struct Storing {
  std::size_t element_size;
  ElementType type;                                                             // of the view
  OwnedBytes (*expand)(std::span<const std::byte> stored, const Entry& entry);  // none: as it is stored
};

std::optional<Storing> storing_of(const Entry& entry) {
  const auto is = [&](std::string_view type, std::string_view stored) {
    return entry.type == type && entry.stored_type == stored;
  };
  if (is("float32", "float32")) return Storing{4, ElementType::kFloat32, nullptr};
  if (is("float32", "float16") || is("float16", "float16")) return Storing{2, ElementType::kFloat16, nullptr};
  if (is("float32", "uint8")) return Storing{1, ElementType::kFloat32, expand<float, std::uint8_t>};
  if (is("float32", "uint16")) return Storing{2, ElementType::kFloat32, expand<float, std::uint16_t>};
  if (is("int32", "int32")) return Storing{4, ElementType::kInt32, nullptr};
  if (is("int32", "uint8")) return Storing{1, ElementType::kInt32, expand<std::int32_t, std::uint8_t>};
  if (is("int32", "uint16")) return Storing{2, ElementType::kInt32, expand<std::int32_t, std::uint16_t>};
  if (is("uint8", "uint8")) return Storing{1, ElementType::kUInt8, nullptr};
  if (is("bool", "bool")) return Storing{1, ElementType::kBool, nullptr};
  return std::nullopt;
}

Status read_weight(const Entry& entry, ByteReader& in, TensorViews& weights) {
  const auto ends_inside = [&] { return unreadable(std::format("the shards end inside tensor '{}'", entry.name)); };
  if (entry.type == "string") return skip_texts(in, entry.count) ? Status() : ends_inside();
  const auto storing = storing_of(entry);
  if (!storing) {
    return fail(ErrorCode::kUnsupported, std::format("tensor '{}' has the type {} stored as {}, which Vigil does not read",
                                                     entry.name, entry.type, entry.stored_type));
  }
  if (entry.count > in.left() / storing->element_size) return ends_inside();
  const auto stored = *in.take(entry.count * storing->element_size);
  const OwnedBytes data = storing->expand ? storing->expand(stored, entry) : copy_bytes(stored);
  TensorView view{.type = storing->type,
                  .shape = entry.shape,
                  .strides = contiguous_strides(entry.shape),
                  .bytes = data.bytes,
                  .owner = data.owner};
  if (!weights.emplace(entry.name, std::move(view)).second) {
    return unreadable(std::format("tensor '{}' is there twice", entry.name));
  }
  return {};
}

Status read_group(const json& group, const ReadShard& read_shard, std::set<std::string>& known, TensorViews& weights) {
  const auto bytes = read_shards(group, read_shard, known);
  if (!bytes) return std::unexpected(bytes.error());
  ByteReader in(std::as_bytes(std::span(*bytes)));
  for (const json& fields : group.at("weights")) {
    const auto entry = read_entry(fields);
    if (!entry) return std::unexpected(entry.error());
    if (auto read = read_weight(*entry, in, weights); !read) return read;
  }
  if (in.left() > 0) {
    return unreadable(std::format("the shards hold {} bytes, the manifest names {}", bytes->size(), in.position()));
  }
  return {};
}

// "NaN" and "-Infinity" stand as text.
float real_number(const json& value) {
  if (!value.is_string()) return value.get<float>();
  return std::strtof(value.get_ref<const std::string&>().c_str(), nullptr);
}

// What stands in an attribute, or inside its list, under the names that AttrValue has in protobuf's JSON.
void add_values(const std::string& kind, const json& value, Attribute& to) {
  if (kind == "i") {
    to.ints.push_back(whole_number(value));
  } else if (kind == "f") {
    to.floats.push_back(real_number(value));
  } else if (kind == "b") {
    to.ints.push_back(value.get<bool>() ? 1 : 0);
  } else if (kind == "s") {
    const auto& text = value.get_ref<const std::string&>();
    to.strings.push_back(decode_base64(text).value_or(text));
  } else if (kind == "type") {
    to.strings.push_back(value.is_string() ? value.get<std::string>() : value.dump());
  } else if (kind == "shape" && value.contains("dim")) {
    for (const json& dim : value.at("dim")) to.ints.push_back(dim.contains("size") ? whole_number(dim.at("size")) : 0);
  }
}

Attribute read_attribute(const json& from) {
  Attribute to;
  for (const auto& [kind, value] : from.items()) {
    if (kind != "list") {
      add_values(kind, value, to);
      continue;
    }
    for (const auto& [item_kind, items] : value.items()) {
      for (const json& item : items) add_values(item_kind, item, to);
    }
  }
  return to;
}

std::vector<GraphNode> read_nodes(const json& topology) {
  std::vector<GraphNode> nodes;
  const auto found = topology.find("node");
  if (found == topology.end()) return nodes;
  for (const json& from : *found) {
    GraphNode node;
    from.at("name").get_to(node.name);
    from.at("op").get_to(node.op);
    if (const auto inputs = from.find("input"); inputs != from.end()) inputs->get_to(node.inputs);
    if (const auto attributes = from.find("attr"); attributes != from.end()) {
      for (const auto& [name, value] : attributes->items()) node.attributes.emplace(name, read_attribute(value));
    }
    nodes.push_back(std::move(node));
  }
  return nodes;
}

}  // namespace

Result<TfjsModel> parse_tfjs_model(std::string_view model_json, const ReadShard& read_shard) {
  try {
    const json parsed = json::parse(model_json);
    TfjsModel model;
    std::set<std::string> shards;
    for (const json& group : parsed.at("weightsManifest")) {
      if (auto read = read_group(group, read_shard, shards, model.weights); !read) return std::unexpected(read.error());
    }
    if (const auto topology = parsed.find("modelTopology"); topology != parsed.end()) model.nodes = read_nodes(*topology);
    return model;
  } catch (const json::exception& error) {
    return unreadable(error.what());
  }
}

}  // namespace vigil::formats
