// Bytes and JSON in statements. Bytes travel as hexadecimal text, which both databases turn into bytes by themselves: the
// library's own handling of bytes differs between them.
#pragma once

#include <string>
#include <string_view>

#include "archive/database.h"

namespace vigil::archive {

std::string to_hex(std::string_view bytes);
std::string from_hex(std::string_view hex);  // requires what to_hex() gave, in either case

// The parts of statements that read and write such columns.
std::string hex_value(Dialect dialect, std::string_view placeholder);
std::string hex_column(Dialect dialect, std::string_view column);
std::string json_value(Dialect dialect, std::string_view placeholder);

}  // namespace vigil::archive
