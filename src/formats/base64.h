// Base64 as RFC 4648 describes it: how JSON files carry bytes.
//
//   decode_base64("U0FNRQ==");   // "SAME"
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vigil::formats {

// Nothing when the text is no base64. Padding may be missing; line feeds may not stand inside.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace vigil::formats
