// TensorView: a tensor as it lies in a file: element type, shape, strides and the bytes, without any tensor library.
//
//   const TensorView& bias = views.at("conv1.bias");   // type kFloat32, shape {64}, strides {1}
//   std::span<std::byte> bytes = bias.bytes;            // valid while bias.owner lives
//
// Views may share bytes (tied weights). Whoever reads a view may also write to its bytes: they are memory of this process,
// never the file. Copying a view copies no bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vigil::formats {

enum class ElementType { kFloat64, kFloat32, kFloat16, kBFloat16, kInt64, kInt32, kInt16, kInt8, kUInt8, kBool };

// In bytes.
std::size_t size_of(ElementType type);

struct TensorView {
  ElementType type = ElementType::kFloat32;
  std::vector<std::int64_t> shape;    // none is negative; empty for a scalar
  std::vector<std::int64_t> strides;  // in elements, one per dimension, none is negative
  std::span<std::byte> bytes;         // from the first element on, little-endian, aligned to the element type; every
                                      // element that shape and strides reach lies inside
  std::shared_ptr<void> owner;        // keeps `bytes` alive
};

using TensorViews = std::map<std::string, TensorView>;

// The product of the sizes; nothing when one is negative or the product does not fit.
std::optional<std::uint64_t> element_count(const std::vector<std::int64_t>& shape);

// The strides of a tensor without gaps whose last dimension is the fastest. Requires element_count(shape).
std::vector<std::int64_t> contiguous_strides(const std::vector<std::int64_t>& shape);

// Memory of its own that holds `bytes`, aligned for every element type; for what lies unaligned in its file.
struct OwnedBytes {
  std::span<std::byte> bytes;
  std::shared_ptr<void> owner;
};
OwnedBytes copy_bytes(std::span<const std::byte> bytes);

}  // namespace vigil::formats
