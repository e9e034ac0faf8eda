// Instants: moments on the wall clock as the API writes them, ISO 8601 in UTC: "2026-11-26T07:42:25.123456Z".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "archive/wall_time.h"

namespace vigil::server {

std::string to_instant(archive::WallTime time);

// With any offset from UTC, and with or without a fraction. Nothing: it is none.
std::optional<archive::WallTime> from_instant(std::string_view text);

}  // namespace vigil::server
