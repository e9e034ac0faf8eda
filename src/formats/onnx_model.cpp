#include "formats/onnx_model.h"

#include <algorithm>
#include <array>
#include <climits>
#include <cstdint>
#include <format>
#include <memory>
#include <utility>

#include "onnx_model.pb.h"

namespace vigil::formats {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;
using core::Status;

// TensorProto.DataType
struct DataType {
  std::int32_t number;
  ElementType type;
};
constexpr std::array kDataTypes = {
    DataType{1, ElementType::kFloat32},   DataType{2, ElementType::kUInt8},    DataType{3, ElementType::kInt8},
    DataType{5, ElementType::kInt16},     DataType{6, ElementType::kInt32},    DataType{7, ElementType::kInt64},
    DataType{9, ElementType::kBool},      DataType{10, ElementType::kFloat16}, DataType{11, ElementType::kFloat64},
    DataType{16, ElementType::kBFloat16},
};

template <typename Number>
std::span<std::byte> bytes_of(google::protobuf::RepeatedField<Number>& field) {
  return std::as_writable_bytes(std::span(field.mutable_data(), static_cast<std::size_t>(field.size())));
}

// int32_data also holds all narrower numbers, and 16-bit floats by their bits.
template <typename Narrow>
Result<OwnedBytes> narrow(const onnx::TensorProto& tensor) {
  std::vector<Narrow> numbers;
  for (const std::int32_t wide : tensor.int32_data()) {
    if (!std::in_range<Narrow>(wide)) return fail(ErrorCode::kUnreadable, std::format("the value {} is out of range", wide));
    numbers.push_back(static_cast<Narrow>(wide));
  }
  return copy_bytes(std::as_bytes(std::span(numbers)));
}

Result<OwnedBytes> typed_data(onnx::TensorProto& tensor, ElementType type, const std::shared_ptr<void>& owner) {
  switch (type) {
    case ElementType::kFloat32: return OwnedBytes{bytes_of(*tensor.mutable_float_data()), owner};
    case ElementType::kFloat64: return OwnedBytes{bytes_of(*tensor.mutable_double_data()), owner};
    case ElementType::kInt64: return OwnedBytes{bytes_of(*tensor.mutable_int64_data()), owner};
    case ElementType::kInt32: return OwnedBytes{bytes_of(*tensor.mutable_int32_data()), owner};
    case ElementType::kInt16: return narrow<std::int16_t>(tensor);
    case ElementType::kInt8: return narrow<std::int8_t>(tensor);
    case ElementType::kUInt8:
    case ElementType::kBool: return narrow<std::uint8_t>(tensor);
    case ElementType::kFloat16:
    case ElementType::kBFloat16: return narrow<std::uint16_t>(tensor);
  }
  std::unreachable();
}

OwnedBytes raw_data(onnx::TensorProto& tensor, const std::shared_ptr<void>& owner) {
  const auto bytes = std::as_writable_bytes(std::span(*tensor.mutable_raw_data()));
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % sizeof(std::uint64_t) != 0) return copy_bytes(bytes);
  return {.bytes = bytes, .owner = owner};
}

Result<TensorView> view_of(onnx::TensorProto& tensor, const std::shared_ptr<void>& owner) {
  if (tensor.data_location() != onnx::TensorProto::DEFAULT) {
    return fail(ErrorCode::kUnsupported, "its data lies in another file: save the model with its data inside");
  }
  if (tensor.has_segment()) return fail(ErrorCode::kUnsupported, "its data is split into segments");
  const auto type = std::ranges::find(kDataTypes, tensor.data_type(), &DataType::number);
  if (type == kDataTypes.end()) {
    return fail(ErrorCode::kUnsupported, std::format("its data_type {} is none that Vigil has", tensor.data_type()));
  }
  TensorView view;
  view.type = type->type;
  view.shape.assign(tensor.dims().begin(), tensor.dims().end());
  const auto count = element_count(view.shape);
  if (!count) return fail(ErrorCode::kUnreadable, "its dims are impossible");
  view.strides = contiguous_strides(view.shape);

  auto data = tensor.has_raw_data() ? raw_data(tensor, owner) : typed_data(tensor, type->type, owner);
  if (!data) return std::unexpected(data.error());
  const std::size_t element = size_of(type->type);
  if (data->bytes.size() % element != 0 || data->bytes.size() / element != *count) {
    return fail(ErrorCode::kUnreadable, std::format("its dims ask for {} values of {} bytes, its data has {} bytes", *count,
                                                    element, data->bytes.size()));
  }
  view.bytes = data->bytes;
  view.owner = data->owner;
  return view;
}

Status add(TensorViews& views, const std::string& name, onnx::TensorProto& tensor, const std::shared_ptr<void>& owner) {
  if (name.empty()) return fail(ErrorCode::kUnreadable, "an initialiser has no name");
  auto view = view_of(tensor, owner);
  if (!view) return std::unexpected(view.error().with_context(std::format("initialiser '{}'", name)));
  if (!views.emplace(name, std::move(*view)).second) {
    return fail(ErrorCode::kUnreadable, std::format("initialiser '{}' is there twice", name));
  }
  return {};
}

// Writers that leave zeros out still give the type.
Attribute attribute_of(const onnx::AttributeProto& from) {
  Attribute to{.ints = {from.ints().begin(), from.ints().end()},
               .floats = {from.floats().begin(), from.floats().end()},
               .strings = {from.strings().begin(), from.strings().end()}};
  if (from.has_i() || from.type() == onnx::AttributeProto::INT) to.ints.push_back(from.i());
  if (from.has_f() || from.type() == onnx::AttributeProto::FLOAT) to.floats.push_back(from.f());
  if (from.has_s() || from.type() == onnx::AttributeProto::STRING) to.strings.push_back(from.s());
  return to;
}

GraphNode node_of(const onnx::NodeProto& from) {
  GraphNode to{.name = from.name(),
               .op = from.op_type(),
               .inputs = {from.input().begin(), from.input().end()},
               .outputs = {from.output().begin(), from.output().end()},
               .attributes = {}};
  for (const auto& attribute : from.attribute()) to.attributes.insert_or_assign(attribute.name(), attribute_of(attribute));
  return to;
}

Status add_constants(TensorViews& views, onnx::NodeProto& node, const std::shared_ptr<void>& owner) {
  if (node.op_type() != "Constant" || node.output_size() != 1) return {};
  for (auto& attribute : *node.mutable_attribute()) {
    if (!attribute.has_t()) continue;
    if (auto added = add(views, node.output(0), *attribute.mutable_t(), owner); !added) return added;
  }
  return {};
}

}  // namespace

Result<OnnxModel> parse_onnx_model(std::span<const std::byte> bytes) {
  if (bytes.size() > INT_MAX) return fail(ErrorCode::kUnsupported, "it has 2 GiB or more, which no ONNX file may have");
  const auto proto = std::make_shared<onnx::ModelProto>();
  if (!proto->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return fail(ErrorCode::kUnreadable, "it is no ONNX message (is it cut short?)");
  }
  if (!proto->has_graph()) return fail(ErrorCode::kUnreadable, "it has no graph");
  onnx::GraphProto& graph = *proto->mutable_graph();

  OnnxModel model;
  for (auto& tensor : *graph.mutable_initializer()) {
    if (auto added = add(model.initializers, tensor.name(), tensor, proto); !added) return std::unexpected(added.error());
  }
  for (auto& node : *graph.mutable_node()) {
    if (auto added = add_constants(model.initializers, node, proto); !added) return std::unexpected(added.error());
    model.nodes.push_back(node_of(node));
  }
  for (const auto& input : graph.input()) model.inputs.push_back(input.name());
  for (const auto& output : graph.output()) model.outputs.push_back(output.name());
  return model;
}

}  // namespace vigil::formats
