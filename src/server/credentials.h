// What lets somebody in by an account without its password: log-ins and tokens of programs.
#pragma once

#include <cstdint>
#include <optional>

#include "archive/sessions.h"
#include "core/result.h"

namespace vigil::server {

// Whoever had the old password, or had made a token with it, is out. `kept`: a log-in that stays. Errors: kIo, kTimedOut.
core::Status revoke_credentials(archive::Sessions& sessions, std::int64_t user, std::optional<std::int64_t> kept = {});

}  // namespace vigil::server
