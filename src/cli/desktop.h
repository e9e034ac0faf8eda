// Opens a page in the user's browser where there is a desktop.
#pragma once

#include <filesystem>
#include <string>

namespace vigil::cli {

// Starts xdg-open and does not wait for it. Does nothing without a graphical session, without a terminal on standard output,
// or where xdg-open is not installed.
void open_on_desktop(const std::filesystem::path& page);
void open_on_desktop(const std::string& url);

}  // namespace vigil::cli
