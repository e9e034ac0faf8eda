#include "cli/data_folder.h"

#include <cstdlib>

namespace vigil::cli {

std::filesystem::path data_folder(const std::filesystem::path& chosen) {
  namespace fs = std::filesystem;
  if (!chosen.empty()) return chosen;
  if (const char* data = std::getenv("VIGIL_DATA"); data && *data) return data;
  if (const char* data = std::getenv("XDG_DATA_HOME"); data && *data) return fs::path(data) / "vigil";
  const char* home = std::getenv("HOME");
  return fs::path(home ? home : ".") / ".local/share/vigil";
}

}  // namespace vigil::cli
