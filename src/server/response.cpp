#include "server/response.h"

#include <array>

namespace vigil::server {

Response json_response(const Json& json, int status) {
  // What comes from cameras and files may be no UTF-8.
  return {.status = status, .body = json.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

Response nothing() { return {.status = 204, .type = {}}; }

Response file_response(FileBody file) { return {.type = file.type, .file = std::move(file)}; }

std::string media_type(const std::filesystem::path& path) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 17> kTypes{{
      {".mp4", "video/mp4"},
      {".jpg", "image/jpeg"},
      {".png", "image/png"},
      {".svg", "image/svg+xml"},
      {".ico", "image/x-icon"},
      {".webp", "image/webp"},
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".jsonl", "application/jsonl"},
      {".webmanifest", "application/manifest+json"},
      {".txt", "text/plain; charset=utf-8"},
      {".csv", "text/csv; charset=utf-8"},
      {".woff2", "font/woff2"},
      {".woff", "font/woff"},
      {".map", "application/json"},
  }};
  const std::string end = path.extension().string();
  for (const auto& [extension, type] : kTypes) {
    if (extension == end) return std::string(type);
  }
  return "application/octet-stream";
}

}  // namespace vigil::server
