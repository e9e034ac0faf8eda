// Pickle: the values that a torch checkpoint's pickle describes, as plain data. Nothing in the file is ever run.
//
//   auto pickle = read_pickle(bytes);
//   const auto* dict = std::get_if<Dict>(&pickle->values[pickle->root]);
//   for (auto [key, value] : dict->items) … pickle->values[value] …
//
// A pickle is a program for a stack machine that may name any Python function and call it. This reader knows the opcodes
// that state dicts need (binary ones of protocols 2 to 4). A function or class that is named is an inert Global; a call is
// carried out here for the few that rebuild tensors and dictionaries, gives an Opaque for a few harmless ones (numpy
// scalars, paths, argparse.Namespace), and is an error for every other: a pickle that calls os.system is refused. Values
// refer to each other by index and may share or even contain themselves; walkers must bound their depth and steps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/result.h"
#include "formats/tensor_view.h"

namespace vigil::formats {

using Ref = std::uint32_t;  // index into Pickle::values

struct None {};
struct Opaque {};  // a value that is none of the others: bytes, sets, numbers of more than 64 bits, harmless objects
struct Global {
  std::string name;  // "torch.FloatStorage"
};
struct Sequence {  // list or tuple
  std::vector<Ref> items;
};
struct Dict {
  std::vector<std::pair<Ref, Ref>> items;  // in the file's order
};
struct Storage {
  ElementType type = ElementType::kFloat32;
  std::string key;             // names the entry that holds the bytes
  std::uint64_t elements = 0;  // as the pickle claims
};
struct PickledTensor {
  Storage storage;
  std::uint64_t offset = 0;  // in elements; everything that shape and strides reach lies inside storage.elements
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;
};

using Value =
    std::variant<None, bool, std::int64_t, double, std::string, Sequence, Dict, Global, Storage, PickledTensor, Opaque>;

struct Pickle {
  std::vector<Value> values;
  Ref root = 0;
};

// Memory is bounded by the size of `bytes` times a constant, and by a million values. Errors: kUnreadable (no pickle, cut
// short, fields that contradict each other: names the byte); kUnsupported (an opcode, type or call outside the list above).
core::Result<Pickle> read_pickle(std::span<const std::byte> bytes);

}  // namespace vigil::formats
