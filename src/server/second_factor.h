// The second factor: codes that change with time, RFC 6238, as apps for telephones make them: 6 digits, 30 s, SHA-1.
//
//   const std::string secret = new_totp_secret();
//   show_qr(totp_uri(secret, "ann"));
//   if (auto step = totp_step(secret, code, archive::now())) …      // and guard.first_use(user, *step)
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "archive/wall_time.h"

namespace vigil::server {

std::string new_totp_secret();  // 160 random bits, base32

std::string totp_uri(const std::string& secret, const std::string& user_name);  // otpauth://…

// Which of the steps of 30 s the code is of: this one, or one of its neighbours, for clocks that differ. Nothing: it is
// wrong.
std::optional<std::int64_t> totp_step(const std::string& secret, const std::string& code, archive::WallTime time);

}  // namespace vigil::server
