#include "server/static_files.h"

#include "core/log.h"
#include "server/problem.h"

namespace vigil::server {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kIndex = "/index.html";
// What the build names by its content.
constexpr std::string_view kForever = "/assets/";

}  // namespace

StaticFiles::StaticFiles(const fs::path& folder) {
  if (folder.empty()) return;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder, error)) {
    if (!entry.is_regular_file(error)) continue;
    files_.emplace("/" + entry.path().lexically_relative(folder).generic_string(), entry.path());
  }
  if (!files_.contains(kIndex)) {
    core::log_warning("{}: the UI's files are not there; only the API is served", folder.string());
  }
}

Response StaticFiles::answer(std::string_view path) const {
  auto found = files_.find(path);
  const bool page = found == files_.end() && path.substr(path.rfind('/') + 1).find('.') == std::string_view::npos;
  if (page) found = files_.find(kIndex);
  if (found == files_.end()) nothing_here(std::string(path));
  return file_response(
      {.path = found->second, .type = media_type(found->second), .forever = found->first.starts_with(kForever)});
}

}  // namespace vigil::server
