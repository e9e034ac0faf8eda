#include "models/checksum.h"

#include <sodium.h>

#include <array>
#include <format>
#include <fstream>
#include <vector>

namespace vigil::models {

core::Result<std::string> sha256_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return core::fail(core::ErrorCode::kNotFound, std::format("there is no file {}", path.string()));
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  std::vector<char> piece(1 << 20);
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(piece.data()),
                              static_cast<unsigned long long>(in.gcount()));
  }
  if (in.bad()) return core::fail(core::ErrorCode::kIo, std::format("cannot read {}", path.string()));
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256_final(&state, digest.data());
  std::string text;
  for (const unsigned char byte : digest) text += std::format("{:02x}", byte);
  return text;
}

}  // namespace vigil::models
