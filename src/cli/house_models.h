// Models and recipes by name: what `train`, `eval`, `predict` and `analyze` take on the command line.
//
//   auto weights = find_weights("violence-clip");   // models/violence-clip.safetensors, or a path that exists
//   auto recipe = find_recipe("seed-3dcnn");        // recipes/seed-3dcnn.toml, or a path that exists
#pragma once

#include <filesystem>
#include <string>

#include "core/result.h"
#include "learn/clip_sources.h"
#include "learn/recipe.h"

namespace vigil::cli {

// Errors: kNotFound, naming the places that were looked at.
core::Result<std::filesystem::path> find_weights(const std::string& name_or_path);
core::Result<std::filesystem::path> find_recipe(const std::string& name_or_path);

// What a recipe's net.trunk names, and where window features are kept between runs. Errors: as find_weights.
core::Result<learn::FeatureFiles> find_feature_files(const learn::Recipe& recipe);

// $XDG_CACHE_HOME/vigil/features, or that under ~/.cache; empty, so nothing is kept, where neither is set.
std::filesystem::path feature_cache();

}  // namespace vigil::cli
