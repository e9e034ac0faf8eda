#include "alerts/addresses.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <arpa/inet.h>

namespace vigil::alerts {
namespace {

struct Range4 {
  std::uint32_t prefix;
  int bits;
};

// Of the special-purpose registry of IANA (RFC 6890 and its updates).
constexpr std::array<Range4, 16> kNotPublic4 = {{
    {0x00000000, 8},   // this network
    {0x0a000000, 8},   // private
    {0x64400000, 10},  // shared by providers
    {0x7f000000, 8},   // loopback
    {0xa9fe0000, 16},  // link-local
    {0xac100000, 12},  // private
    {0xc0000000, 24},  // protocols
    {0xc0000200, 24},  // documentation
    {0xc0586300, 24},  // relays
    {0xc0a80000, 16},  // private
    {0xc6120000, 15},  // benchmarks
    {0xc6336400, 24},  // documentation
    {0xcb007100, 24},  // documentation
    {0xe0000000, 4},   // multicast
    {0xf0000000, 4},   // reserved
    {0xffffffff, 32},  // broadcast
}};

constexpr int kBits4 = 32;

bool is_public4(std::uint32_t address) {
  return std::ranges::none_of(kNotPublic4,
                              [&](const Range4& range) { return (address ^ range.prefix) >> (kBits4 - range.bits) == 0; });
}

using Bytes6 = std::array<std::uint8_t, 16>;

std::uint32_t ipv4_at(const Bytes6& bytes, std::size_t first) {
  std::uint32_t address = 0;
  for (const std::uint8_t byte : std::span(bytes).subspan(first, 4)) address = address << 8 | byte;
  return address;
}

bool begins_with(const Bytes6& bytes, std::initializer_list<std::uint8_t> beginning) {
  return std::equal(beginning.begin(), beginning.end(), bytes.begin());
}

bool is_public6(const Bytes6& bytes) {
  if (begins_with(bytes, {0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) return is_public4(ipv4_at(bytes, 12));  // NAT64
  if (begins_with(bytes, {0x20, 0x02})) return is_public4(ipv4_at(bytes, 2));                                       // 6to4
  if (begins_with(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff})) return is_public4(ipv4_at(bytes, 12));  // IPv4, mapped
  if (begins_with(bytes, {0x20, 0x01, 0x0d, 0xb8})) return false;      // documentation
  if (begins_with(bytes, {0x20, 0x01}) && bytes[2] < 2) return false;  // protocols, tunnels among them
  return bytes[0] >> 5 == 1;                                           // 2000::/3: all that was ever given out
}

}  // namespace

bool is_public_address(const std::string& address) {
  in_addr four{};
  if (inet_pton(AF_INET, address.c_str(), &four) == 1) return is_public4(ntohl(four.s_addr));
  Bytes6 six{};
  return inet_pton(AF_INET6, address.c_str(), six.data()) == 1 && is_public6(six);
}

}  // namespace vigil::alerts
