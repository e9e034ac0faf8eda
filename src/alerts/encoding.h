// Bytes as text: hexadecimal, base64 and base64url (RFC 4648). Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vigil::alerts {

std::string to_hex(std::string_view bytes);
std::string to_base64(std::string_view bytes);     // padded
std::string to_base64url(std::string_view bytes);  // without padding

// Nothing where it is not base64url; padding may be there.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace vigil::alerts
