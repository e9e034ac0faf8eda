#include "alerts/encoding.h"

#include <cstddef>
#include <cstdint>
#include <format>

namespace vigil::alerts {
namespace {

constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kForUrls = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kGroup = 3;  // bytes that four letters hold
constexpr int kBits = 6;           // of a letter
constexpr int kByte = 8;
constexpr std::uint32_t kLetterMask = 0x3f;
constexpr std::uint32_t kByteMask = 0xff;

std::string in_letters(std::string_view bytes, std::string_view letters) {
  std::string text;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : bytes) {
    held = held << kByte | static_cast<unsigned char>(c);
    for (bits += kByte; bits >= kBits; bits -= kBits) text += letters[held >> (bits - kBits) & kLetterMask];
  }
  if (bits > 0) text += letters[held << (kBits - bits) & kLetterMask];
  return text;
}

}  // namespace

std::string to_hex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) hex += std::format("{:02x}", static_cast<unsigned char>(c));
  return hex;
}

std::string to_base64(std::string_view bytes) {
  std::string text = in_letters(bytes, kPlain);
  text.append((kGroup - bytes.size() % kGroup) % kGroup, '=');
  return text;
}

std::string to_base64url(std::string_view bytes) { return in_letters(bytes, kForUrls); }

std::optional<std::string> from_base64url(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string bytes;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : text) {
    const auto letter = kForUrls.find(c);
    if (letter == std::string_view::npos) return std::nullopt;
    held = held << kBits | static_cast<std::uint32_t>(letter);
    bits += kBits;
    if (bits < kByte) continue;
    bits -= kByte;
    bytes += static_cast<char>(held >> bits & kByteMask);
  }
  if (bits >= kBits || (held & ((1U << bits) - 1)) != 0) return std::nullopt;
  return bytes;
}

}  // namespace vigil::alerts
