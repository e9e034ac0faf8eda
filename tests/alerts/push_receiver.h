// The other side of web push, written for tests alone: a browser that decrypts and a push service that checks signatures.
#pragma once

#include <string>

#include "alerts/crypto.h"
#include "alerts/push_subscription.h"

namespace vigil::alerts {

struct Browser {
  P256Pair keys = make_p256_pair();
  std::string auth = random_bytes(16);

  PushSubscription subscribe(const std::string& endpoint) const;

  // What an aes128gcm body says; empty: it cannot be read.
  std::string decrypt(const std::string& body) const;
};

// Whether `signature` (64 bytes) over `text` was made with the secret that belongs to `point`.
bool verifies_es256(const std::string& point, const std::string& text, const std::string& signature);

}  // namespace vigil::alerts
