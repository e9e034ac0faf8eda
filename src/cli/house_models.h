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

// Where public weights lie: $VIGIL_MODELS, else vigil/models under $XDG_CACHE_HOME or ~/.cache.
std::filesystem::path public_models();

// Errors: kNotFound, naming the places that were looked at, and of weights in the catalogue what brings them.
core::Result<std::filesystem::path> find_weights(const std::string& name_or_path);
core::Result<std::filesystem::path> find_recipe(const std::string& name_or_path);

// What a recipe's net.trunk names (empty: none), where window features are kept between runs, and what finds people in
// clips. Errors: as find_weights.
core::Result<learn::FeatureFiles> find_feature_files(const std::string& trunk);

// The same for weights. Errors: also those of reading them.
core::Result<learn::FeatureFiles> find_feature_files_of(const std::filesystem::path& weights);

// $XDG_CACHE_HOME/vigil/features, or that under ~/.cache; empty, so nothing is kept, where neither is set.
std::filesystem::path feature_cache();

}  // namespace vigil::cli
