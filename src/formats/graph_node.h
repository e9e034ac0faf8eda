// GraphNode: one operation of a network as its file describes it, for those who map a foreign network onto one of ours.
//
//   for (const GraphNode& node : model->nodes) {
//     if (node.op == "Conv") stride = node.attributes.at("strides").ints;   // inputs[1] names the weights
//   }
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace vigil::formats {

// A single value is a list of one. Flags are ints of 0 or 1; in shapes an unknown size is −1; types are strings.
struct Attribute {
  std::vector<std::int64_t> ints;
  std::vector<float> floats;
  std::vector<std::string> strings;
};

struct GraphNode {
  std::string name;
  std::string op;
  std::vector<std::string> inputs;   // in the operation's order
  std::vector<std::string> outputs;  // ONNX only: in TensorFlow a node's output bears the node's name
  std::map<std::string, Attribute> attributes;
};

}  // namespace vigil::formats
