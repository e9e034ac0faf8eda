// What webhooks are signed with and web push is encrypted with: HMAC-SHA-256, HKDF (RFC 5869), AES-128-GCM, and the curve
// P-256. All bytes are std::string; keys and points are in the forms that Web Push names: 32 bytes, and 65 beginning with 4.
//
// Pure but for randomness, which is the operating system's; any thread. Where a function gives no Result, a failure can only
// be a broken library, and is a CHECK.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/result.h"

namespace vigil::alerts {

inline constexpr std::size_t kPointSize = 65;
inline constexpr std::size_t kScalarSize = 32;

struct P256Pair {
  std::string secret;  // 32 bytes
  std::string point;   // 65 bytes, uncompressed
};

std::string random_bytes(std::size_t count);
std::string hmac_sha256(std::string_view key, std::string_view text);  // 32 bytes

// Requires length <= 32.
std::string hkdf_sha256(std::string_view salt, std::string_view key, std::string_view info, std::size_t length);

// Gives the ciphertext and its tag of 16 bytes. Requires a key of 16 bytes and a nonce of 12.
std::string seal_aes_128_gcm(std::string_view key, std::string_view nonce, std::string_view plain);

P256Pair make_p256_pair();

// Whether the two belong together. Errors: kInvalidArgument.
core::Status check_p256_pair(const P256Pair& pair);

// ECDH: the secret that both sides come to, 32 bytes. Errors: kInvalidArgument (no points of the curve).
core::Result<std::string> agree(const P256Pair& mine, std::string_view their_point);

// ECDSA over SHA-256, as JWS wants it: 64 bytes. Errors: kInvalidArgument (not a pair).
core::Result<std::string> sign_es256(const P256Pair& pair, std::string_view text);

}  // namespace vigil::alerts
