// Where the files that come with Vigil lie: house weights (models/), recipes (recipes/).
//
//   auto weights = find_house_file("models/violence-clip.safetensors");
//
// Looked for under $VIGIL_HOME when it is set, else under the nearest directory above the program that holds recipes/: the
// checkout it was built in.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/result.h"

namespace vigil::cli {

// Errors: kNotFound, naming the place that was looked at and the remedy.
core::Result<std::filesystem::path> find_house_file(std::string_view relative);

}  // namespace vigil::cli
