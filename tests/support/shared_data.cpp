#include "support/shared_data.h"

#include <cstdlib>

namespace vigil::test {
namespace {

std::optional<std::filesystem::path> if_exists(std::filesystem::path path) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) return path;
  return std::nullopt;
}

}  // namespace

std::optional<std::filesystem::path> shared_data(std::string_view relative) {
  const char* root = std::getenv("VIGIL_SHARED");
  const std::filesystem::path base = root ? root : std::filesystem::path(VIGIL_SOURCE_DIR).parent_path() / "shared";
  return if_exists(base / relative);
}

std::optional<std::filesystem::path> street_video() {
  if (const char* path = std::getenv("VIGIL_STREET_VIDEO")) return if_exists(path);
  return if_exists("/usr/share/doc/opencv-doc/examples/data/vtest.avi");
}

std::optional<std::filesystem::path> public_model(std::string_view file) {
  const char* folder = std::getenv("VIGIL_MODELS");
  return folder ? if_exists(std::filesystem::path(folder) / file) : std::nullopt;
}

}  // namespace vigil::test
