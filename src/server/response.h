// Response: what a handler answers; the door makes HTTP of it.
//
//   return json_response({{"id", 17}});          return nothing();          return file_response({.path = clip});
//
// Plain values; free of Drogon.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace vigil::server {

using Json = nlohmann::ordered_json;

// A file on this machine; ranges that the client asks for are given. The file may vanish meanwhile: 404.
struct FileBody {
  std::filesystem::path path;
  std::string type;                // of media: "video/mp4"
  std::string download_name = {};  // as a file to save under this name; empty: to be shown
  bool forever = false;            // never changes under this address, so browsers may keep it
};

struct SessionCookie {
  std::string token;  // empty: the cookie goes
  std::chrono::seconds lasts{0};
};

struct Response {
  int status = 200;
  std::string type = "application/json";
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::optional<FileBody> file = {};
  std::optional<SessionCookie> cookie = {};

  // Not yet: it is asked until it gives the answer. Must not block, for it runs on a thread that talks to clients; throws
  // Problem.
  std::function<std::optional<Response>()> later = {};
};

Response json_response(const Json& json, int status = 200);
Response nothing();  // 204
Response file_response(FileBody file);

// By the end of its name; unknown ones are "application/octet-stream".
std::string media_type(const std::filesystem::path& path);

}  // namespace vigil::server
