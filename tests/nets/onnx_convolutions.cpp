#include "onnx_convolutions.h"

#include <cstring>
#include <functional>
#include <map>
#include <stdexcept>
#include <string_view>

#include <torch/torch.h>

#include "support/make_media.h"

namespace vigil::nets {
namespace {

// Field numbers of onnx.proto.
enum Field : std::uint64_t {
  kModelGraph = 7,
  kGraphNode = 1,
  kGraphInitializer = 5,
  kNodeInput = 1,
  kNodeOperator = 4,
  kTensorDims = 1,
  kTensorName = 8,
  kTensorRaw = 9,
};

std::uint64_t take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<std::uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return value;
  }
  throw std::runtime_error("a number is cut short");
}

// Calls `visit(field, number, bytes)` for each field of a message.
void visit_fields(std::string_view message,
                  const std::function<void(std::uint64_t, std::uint64_t, std::string_view)>& visit) {
  while (!message.empty()) {
    const std::uint64_t key = take_varint(message);
    std::uint64_t number = 0;
    std::size_t size = 0;
    switch (key & 7U) {
      case 0: number = take_varint(message); break;
      case 1: size = 8; break;
      case 2: size = take_varint(message); break;
      case 5: size = 4; break;
      default: throw std::runtime_error("not a message");
    }
    if (size > message.size()) throw std::runtime_error("a field is cut short");
    visit(key >> 3U, number, message.substr(0, size));
    message.remove_prefix(size);
  }
}

using Tensors = std::map<std::string_view, torch::Tensor>;

void add_tensor(std::string_view message, Tensors& tensors) {
  std::vector<std::int64_t> shape;
  std::string_view name;
  std::string_view raw;
  visit_fields(message, [&](std::uint64_t field, std::uint64_t number, std::string_view bytes) {
    if (field == kTensorDims && bytes.empty()) shape.push_back(static_cast<std::int64_t>(number));
    if (field == kTensorDims) {
      for (std::string_view rest = bytes; !rest.empty();) shape.push_back(static_cast<std::int64_t>(take_varint(rest)));
    }
    if (field == kTensorName) name = bytes;
    if (field == kTensorRaw) raw = bytes;
  });
  torch::Tensor tensor = torch::empty(shape);
  if (tensor.nbytes() != raw.size()) return;  // shapes and indices, which are not float32
  std::memcpy(tensor.data_ptr(), raw.data(), raw.size());
  tensors[name] = tensor;
}

}  // namespace

std::vector<FoldedWeights> onnx_convolutions(const std::filesystem::path& path) {
  const std::string file = test::read_bytes(path);
  Tensors tensors;
  std::vector<std::vector<std::string_view>> convolutions;
  visit_fields(file, [&](std::uint64_t part, std::uint64_t, std::string_view graph) {
    if (part != kModelGraph) return;
    visit_fields(graph, [&](std::uint64_t field, std::uint64_t, std::string_view bytes) {
      if (field == kGraphInitializer) add_tensor(bytes, tensors);
      if (field != kGraphNode) return;
      std::vector<std::string_view> inputs;
      std::string_view kind;
      visit_fields(bytes, [&](std::uint64_t of_node, std::uint64_t, std::string_view text) {
        if (of_node == kNodeInput) inputs.push_back(text);
        if (of_node == kNodeOperator) kind = text;
      });
      if (kind == "Conv") convolutions.push_back(inputs);
    });
  });
  std::vector<FoldedWeights> out;
  for (const auto& inputs : convolutions)
    out.push_back({.weight = tensors.at(inputs.at(1)), .bias = tensors.at(inputs.at(2))});
  return out;
}

}  // namespace vigil::nets
