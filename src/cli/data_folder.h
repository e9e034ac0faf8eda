// Where the repository of this machine lies.
#pragma once

#include <filesystem>

namespace vigil::cli {

// `chosen`, else $VIGIL_DATA, else vigil under $XDG_DATA_HOME, else ~/.local/share/vigil.
std::filesystem::path data_folder(const std::filesystem::path& chosen);

}  // namespace vigil::cli
