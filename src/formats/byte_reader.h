// ByteReader: little-endian numbers and byte strings from memory, front to back, never past the end.
//
//   ByteReader in(bytes);
//   auto length = in.number<std::uint32_t>();
//   auto text = in.take(length.value_or(0));   // nothing when fewer bytes are left
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace vigil::formats {

class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::size_t position() const { return position_; }
  std::size_t left() const { return bytes_.size() - position_; }

  template <typename Number>
    requires std::is_arithmetic_v<Number>
  std::optional<Number> number() {
    const auto bytes = take(sizeof(Number));
    if (!bytes) return std::nullopt;
    Number value{};
    std::memcpy(&value, bytes->data(), sizeof value);
    return value;
  }

  std::optional<std::span<const std::byte>> take(std::uint64_t size) {
    if (size > left()) return std::nullopt;
    const auto part = bytes_.subspan(position_, size);
    position_ += size;
    return part;
  }

  // Up to the next line feed, which is taken too.
  std::optional<std::string_view> line() {
    const std::string_view rest(reinterpret_cast<const char*>(bytes_.data()) + position_, left());
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    position_ += end + 1;
    return rest.substr(0, end);
  }

 private:
  std::span<const std::byte> bytes_;
  std::size_t position_ = 0;
};

inline std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace vigil::formats
