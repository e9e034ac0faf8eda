#include "archive/query.h"

#include <cctype>
#include <format>

namespace vigil::archive {

std::string Query::numbered() const {
  std::string text;
  int count = 0;
  bool quoted = false, in_name = false;
  for (const char c : text_) {
    const bool of_name = std::isalnum(static_cast<unsigned char>(c)) || c == '_';
    if (in_name && !of_name) text += std::format("_{}", ++count);
    in_name = in_name ? of_name : c == ':' && !quoted;
    if (c == '\'') quoted = !quoted;
    text += c;
  }
  if (in_name) text += std::format("_{}", ++count);
  return text;
}

}  // namespace vigil::archive
