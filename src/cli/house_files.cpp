#include "cli/house_files.h"

#include <cstdlib>
#include <format>

namespace vigil::cli {
namespace {

namespace fs = std::filesystem;

fs::path house_directory() {
  if (const char* home = std::getenv("VIGIL_HOME"); home != nullptr && *home != '\0') return home;
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  for (fs::path directory = program.parent_path(); directory.has_relative_path(); directory = directory.parent_path()) {
    if (fs::is_directory(directory / "recipes", ignored)) return directory;
  }
  return program.parent_path();
}

}  // namespace

core::Result<fs::path> find_house_file(std::string_view relative) {
  const fs::path path = house_directory() / relative;
  std::error_code ignored;
  if (fs::exists(path, ignored)) return path;
  return core::fail(core::ErrorCode::kNotFound,
                    std::format("no {} (set VIGIL_HOME to the directory that holds models/ and recipes/)", path.string()));
}

}  // namespace vigil::cli
