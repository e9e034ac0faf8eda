// Models and recipes by name: what `train`, `eval`, `predict` and `analyze` take on the command line.
//
//   auto weights = find_weights("violence-clip");   // models/violence-clip.safetensors, or a path that exists
//   auto recipe = find_recipe("seed-3dcnn");        // recipes/seed-3dcnn.toml, or a path that exists
#pragma once

#include <filesystem>
#include <string>

#include "core/result.h"

namespace vigil::cli {

// Errors: kNotFound, naming the places that were looked at.
core::Result<std::filesystem::path> find_weights(const std::string& name_or_path);
core::Result<std::filesystem::path> find_recipe(const std::string& name_or_path);

}  // namespace vigil::cli
