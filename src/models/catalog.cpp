#include "models/catalog.h"

#include <algorithm>
#include <format>

#include <nlohmann/json.hpp>

#include "core/atomic_file.h"

namespace vigil::models {
namespace {

using Json = nlohmann::ordered_json;
using core::ErrorCode;
using core::fail;

constexpr std::size_t kHashDigits = 64;

bool is_plain_name(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  };
  return !name.empty() && name.front() != '.' && std::ranges::all_of(name, plain);
}

bool is_hash(std::string_view text) {
  return text.size() == kHashDigits &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

CatalogFile file_of(const Json& json) {
  return {.file = json.at("file").get<std::string>(),
          .url = json.at("url").get<std::string>(),
          .size = json.at("size").get<std::uint64_t>(),
          .sha256 = json.at("sha256").get<std::string>()};
}

CatalogModel model_of(const Json& json) {
  CatalogModel model{.name = json.at("name").get<std::string>(),
                     .task = json.at("task").get<std::string>(),
                     .about = json.at("about").get<std::string>(),
                     .licence = json.at("licence").get<std::string>(),
                     .source = json.at("source").get<std::string>(),
                     .input = {},
                     .files = {}};
  for (const auto& [name, value] : json.at("input").items()) model.input.emplace_back(name, value.get<std::string>());
  for (const Json& file : json.at("files")) model.files.push_back(file_of(file));
  return model;
}

core::Status check(const CatalogModel& model) {
  const auto wrong = [&](const std::string& what) {
    return fail(ErrorCode::kUnreadable, std::format("model '{}': {}", model.name, what));
  };
  if (!is_plain_name(model.name)) return wrong("a name is made of letters, digits, dots, dashes and underscores");
  if (model.files.empty()) return wrong("it has no files");
  for (const CatalogFile& file : model.files) {
    if (!is_plain_name(file.file)) return wrong(std::format("'{}' is no name of a file", file.file));
    if (!file.url.starts_with("https://")) return wrong(std::format("'{}' is no https address", file.url));
    if (!is_plain_name(file.mirrored_as())) return wrong(std::format("'{}' does not end with the name of a file", file.url));
    if (!is_hash(file.sha256)) return wrong(std::format("'{}' is no SHA-256", file.sha256));
    if (file.size == 0) return wrong(std::format("'{}' has no size", file.file));
  }
  return {};
}

}  // namespace

std::string CatalogFile::mirrored_as() const { return url.substr(url.find_last_of('/') + 1); }

std::uint64_t CatalogModel::size() const {
  std::uint64_t bytes = 0;
  for (const CatalogFile& file : files) bytes += file.size;
  return bytes;
}

core::Result<Catalog> Catalog::parse(std::string_view text) {
  Catalog catalog;
  try {
    const Json document = Json::parse(text);
    for (const Json& json : document.at("models")) {
      CatalogModel model = model_of(json);
      if (auto valid = check(model); !valid) return std::unexpected(valid.error());
      if (catalog.find(model.name)) {
        return fail(ErrorCode::kUnreadable, std::format("two models are named '{}'", model.name));
      }
      catalog.models_.push_back(std::move(model));
    }
  } catch (const Json::exception& error) {
    return fail(ErrorCode::kUnreadable, std::format("not a catalogue of models: {}", error.what()));
  }
  return catalog;
}

core::Result<Catalog> Catalog::load(const std::filesystem::path& path) {
  const auto text = core::read_file(path);
  if (!text) return std::unexpected(text.error());
  auto catalog = parse(*text);
  if (!catalog) return std::unexpected(catalog.error().with_context(path.string()));
  return catalog;
}

const CatalogModel* Catalog::find(std::string_view name) const {
  const auto found = std::ranges::find(models_, name, &CatalogModel::name);
  return found == models_.end() ? nullptr : &*found;
}

}  // namespace vigil::models
