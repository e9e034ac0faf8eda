#include "cli/house_models.h"

#include <cstdlib>
#include <format>

#include "models/catalog.h"

#include "cli/clip_people.h"
#include "cli/house_files.h"
#include "learn/clip_scoring.h"

namespace vigil::cli {
namespace {

namespace fs = std::filesystem;

struct Kind {
  std::string_view what;
  std::string_view folder;
  std::string_view ending;
};

bool is_name(const std::string& text) { return text.find('/') == std::string::npos && !text.empty(); }

fs::path cache_directory() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && *cache) return fs::path(cache) / "vigil";
  if (const char* home = std::getenv("HOME"); home && *home) return fs::path(home) / ".cache/vigil";
  return {};
}

core::Result<fs::path> find(const std::string& name_or_path, const Kind& kind) {
  std::error_code ignored;
  if (fs::is_regular_file(name_or_path, ignored)) return fs::path(name_or_path);
  if (is_name(name_or_path)) {
    const std::string file = name_or_path.ends_with(kind.ending) ? name_or_path : name_or_path + std::string(kind.ending);
    if (auto found = find_house_file(std::format("{}/{}", kind.folder, file))) return found;
  }
  return core::fail(
      core::ErrorCode::kNotFound,
      std::format("no {} '{}': there is no such file{}", kind.what, name_or_path,
                  is_name(name_or_path) ? std::format(", and none of that name in {}/", kind.folder) : std::string()));
}

// What brings weights of that name here, where something does.
std::string remedy(const std::string& name) {
  const auto path = find_house_file("models/catalog.json");
  if (!path) return {};
  const auto catalog = models::Catalog::load(*path);
  return catalog && catalog->find(name) ? std::format("; vigil models pull {} brings them", name) : std::string();
}

}  // namespace

fs::path public_models() {
  if (const char* models = std::getenv("VIGIL_MODELS"); models && *models) return models;
  return cache_directory() / "models";
}

core::Result<fs::path> find_weights(const std::string& name_or_path) {
  auto house = find(name_or_path, {.what = "weights", .folder = "models", .ending = ".safetensors"});
  if (house || !is_name(name_or_path)) return house;
  const fs::path folder = public_models();
  for (const char* ending : {"", ".safetensors", ".json", ".onnx"}) {
    std::error_code ignored;
    if (fs::path path = folder / (name_or_path + ending); fs::is_regular_file(path, ignored)) return path;
  }
  return core::fail(core::ErrorCode::kNotFound, std::format("{}, nor among the public weights in {} (VIGIL_MODELS){}",
                                                            house.error().message, folder.string(), remedy(name_or_path)));
}

core::Result<fs::path> find_recipe(const std::string& name_or_path) {
  return find(name_or_path, {.what = "recipe", .folder = "recipes", .ending = ".toml"});
}

std::filesystem::path feature_cache() {
  const fs::path cache = cache_directory();
  return cache.empty() ? cache : cache / "features";
}

core::Result<learn::FeatureFiles> find_feature_files(const std::string& trunk) {
  learn::FeatureFiles files{.trunk = {}, .cache = feature_cache(), .people = line_people({})};
  if (trunk.empty()) return files;
  auto path = find_weights(trunk);
  if (!path) return std::unexpected(path.error().with_context("net.trunk"));
  files.trunk = *std::move(path);
  return files;
}

core::Result<learn::FeatureFiles> find_feature_files_of(const fs::path& weights) {
  auto trunk = learn::trunk_of(weights);
  if (!trunk) return std::unexpected(trunk.error());
  return find_feature_files(*trunk);
}

}  // namespace vigil::cli
