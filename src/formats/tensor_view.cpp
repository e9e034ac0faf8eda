#include "formats/tensor_view.h"

#include <bit>
#include <cstring>
#include <utility>

namespace vigil::formats {

static_assert(std::endian::native == std::endian::little, "every format here stores little-endian numbers");

std::size_t size_of(ElementType type) {
  switch (type) {
    case ElementType::kFloat64:
    case ElementType::kInt64: return 8;
    case ElementType::kFloat32:
    case ElementType::kInt32: return 4;
    case ElementType::kFloat16:
    case ElementType::kBFloat16:
    case ElementType::kInt16: return 2;
    case ElementType::kInt8:
    case ElementType::kUInt8:
    case ElementType::kBool: return 1;
  }
  std::unreachable();
}

std::optional<std::uint64_t> element_count(const std::vector<std::int64_t>& shape) {
  // The sizes that are not zero must fit too: strides are their products.
  std::int64_t product = 1;
  bool empty = false;
  for (const std::int64_t size : shape) {
    if (size < 0 || __builtin_mul_overflow(product, size == 0 ? 1 : size, &product)) return std::nullopt;
    empty = empty || size == 0;
  }
  return empty ? 0 : static_cast<std::uint64_t>(product);
}

std::vector<std::int64_t> contiguous_strides(const std::vector<std::int64_t>& shape) {
  std::vector<std::int64_t> strides(shape.size());
  std::int64_t step = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    strides[i] = step;
    step *= shape[i] == 0 ? 1 : shape[i];
  }
  return strides;
}

OwnedBytes copy_bytes(std::span<const std::byte> bytes) {
  auto memory = std::make_shared<std::vector<std::uint64_t>>((bytes.size() + 7) / 8);
  if (!bytes.empty()) std::memcpy(memory->data(), bytes.data(), bytes.size());
  return {.bytes = std::as_writable_bytes(std::span(*memory)).first(bytes.size()), .owner = memory};
}

}  // namespace vigil::formats
