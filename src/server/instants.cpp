#include "server/instants.h"

#include <chrono>
#include <format>
#include <locale>
#include <sstream>

namespace vigil::server {

std::string to_instant(archive::WallTime time) { return std::format("{:%FT%T}Z", time); }

std::optional<archive::WallTime> from_instant(std::string_view text) {
  if (text.size() > 40) return std::nullopt;
  std::string form(text);
  if (form.ends_with('Z')) form.replace(form.size() - 1, 1, "+00:00");
  std::istringstream in(form);
  in.imbue(std::locale::classic());
  archive::WallTime time;
  in >> std::chrono::parse("%FT%T%Ez", time);
  if (in.fail() || in.peek() != std::istringstream::traits_type::eof()) return std::nullopt;
  return time;
}

}  // namespace vigil::server
