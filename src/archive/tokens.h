// Random tokens, and the hashes under which they are kept.
#pragma once

#include <string>
#include <string_view>

namespace vigil::archive {

std::string random_token();                      // 256 bits, in letters, digits, dashes and underscores
std::string token_hash(std::string_view token);  // SHA-256, hexadecimal

}  // namespace vigil::archive
