#include "archive/tokens.h"

#include <sodium.h>

#include <array>

#include "archive/bytes.h"
#include "core/check.h"

namespace vigil::archive {

std::string random_token() {
  VIGIL_CHECK(sodium_init() >= 0, "libsodium starts");
  std::array<unsigned char, 32> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();
  return text;
}

std::string token_hash(std::string_view token) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(token.data()), token.size());
  return to_hex({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

}  // namespace vigil::archive
