// VAPID (RFC 8292): how a push service knows who sends. A pair of keys stands for this installation; browsers subscribe with
// the public one, and each message carries a token signed with the private one.
//
//   const VapidKeys keys = make_vapid_keys();                 // once; browsers subscribed with others hear nothing
//   auto header = vapid_authorization("https://push.example", "mailto:you@example.org", keys, now);
//
// Any thread.
#pragma once

#include <string>

#include "alerts/alert.h"

#include "core/result.h"

namespace vigil::alerts {

struct VapidKeys {
  std::string public_key = {};   // base64url of 65 bytes: what browsers call applicationServerKey
  std::string private_key = {};  // base64url of 32 bytes
};

VapidKeys make_vapid_keys();

// Errors: kInvalidArgument (not base64url, not a pair). Messages hold no key.
core::Status check_vapid_keys(const VapidKeys& keys);

// The value of the header Authorization for a service at `origin`; good for 12 hours. Errors: kInvalidArgument.
core::Result<std::string> vapid_authorization(const std::string& origin, const std::string& subject, const VapidKeys& keys,
                                              AlertTime now);

}  // namespace vigil::alerts
