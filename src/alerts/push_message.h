// Encryption of web push: RFC 8291 over RFC 8188 (aes128gcm), one record. Only the browser that subscribed can read it.
//
//   auto body = encrypt_push(R"({"title": "Violence at Yard"})", {.p256dh = p256dh, .auth = auth}, fresh_push_seed());
//
// Pure but for fresh_push_seed(); any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "alerts/crypto.h"

#include "core/result.h"

namespace vigil::alerts {

inline constexpr std::size_t kLongestPush = 3993;  // bytes of text: what services take at least, 4096, less what is around

// What the browser gave away; base64url.
struct PushKeys {
  std::string p256dh;  // its public key
  std::string auth;    // 16 bytes
};

// New for every message.
struct PushSeed {
  std::string salt;  // 16 bytes
  P256Pair sender;
};

PushSeed fresh_push_seed();

// The body to send with Content-Encoding: aes128gcm. Errors: kInvalidArgument (keys that are none, too long a text).
core::Result<std::string> encrypt_push(std::string_view text, const PushKeys& keys, const PushSeed& seed);

}  // namespace vigil::alerts
