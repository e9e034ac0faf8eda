#include "media/codec_string.h"

#include <cstddef>
#include <cstdint>
#include <format>
#include <optional>
#include <span>
#include <vector>

namespace vigil::media {
namespace {

using Bytes = std::vector<std::uint8_t>;

// The first `size` bytes inside the box of this name.
std::optional<Bytes> inside(std::string_view init, std::string_view name, std::size_t size) {
  const auto at = init.find(name);
  if (at == std::string_view::npos || init.size() - at - name.size() < size) return std::nullopt;
  const std::string_view content = init.substr(at + name.size(), size);
  return Bytes(content.begin(), content.end());
}

std::string avc(const Bytes& box) { return std::format("avc1.{:02x}{:02x}{:02x}", box[1], box[2], box[3]); }

// ISO/IEC 14496-15, annex E: profile, compatibility with its bits reversed, tier and level, constraints without trailing
// zeros.
std::string hevc(const Bytes& box) {
  const int space = box[1] >> 6;
  const bool high = (box[1] & 0x20) != 0;
  std::uint32_t compatible = 0;
  for (int bit = 0; bit < 32; ++bit) {
    if (box[static_cast<std::size_t>(2 + bit / 8)] & (0x80 >> bit % 8)) compatible |= std::uint32_t{1} << bit;
  }
  std::string text = "hvc1.";
  if (space > 0) text += static_cast<char>('A' + space - 1);
  text += std::format("{}.{:X}.{}{}", box[1] & 0x1f, compatible, high ? 'H' : 'L', box[12]);
  std::span<const std::uint8_t> constraints = std::span(box).subspan(6, 6);
  while (!constraints.empty() && constraints.back() == 0) constraints = constraints.first(constraints.size() - 1);
  for (const std::uint8_t byte : constraints) text += std::format(".{:X}", byte);
  return text;
}

std::string av1(const Bytes& box) {
  const bool deep = (box[2] & 0x40) != 0;
  const bool deeper = (box[2] & 0x20) != 0;
  return std::format("av01.{}.{:02}{}.{:02}", box[1] >> 5, box[1] & 0x1f, box[2] & 0x80 ? 'H' : 'M',
                     !deep    ? 8
                     : deeper ? 12
                              : 10);
}

// After the version and flags of the box.
std::string vp9(const Bytes& box) { return std::format("vp09.{:02}.{:02}.{:02}", box[4], box[5], box[6] >> 4); }

}  // namespace

std::string codec_string(std::string_view init) {
  if (const auto box = inside(init, "avcC", 4)) return avc(*box);
  if (const auto box = inside(init, "hvcC", 13)) return hevc(*box);
  if (const auto box = inside(init, "av1C", 3)) return av1(*box);
  if (const auto box = inside(init, "vpcC", 7)) return vp9(*box);
  return {};
}

}  // namespace vigil::media
