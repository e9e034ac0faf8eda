// StaticFiles: the UI's built files. Addresses that no file has are the UI's own pages and get index.html.
//
//   StaticFiles ui(options.web);
//   Response response = ui.answer("/repository");
//
// The files are listed once, when it is made: a request can name no others. Callable from any thread.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "server/response.h"

namespace vigil::server {

class StaticFiles {
 public:
  explicit StaticFiles(const std::filesystem::path& folder);  // empty: there is no UI

  // Throws Problem 404.
  Response answer(std::string_view path) const;

 private:
  std::map<std::string, std::filesystem::path, std::less<>> files_;  // by address
};

}  // namespace vigil::server
