// Catalog: the public models that can be pulled: what each does, its licence, where it comes from, and how to know that a
// file is the right one.
//
//   auto catalog = Catalog::load(home / "models/catalog.json");
//   if (const CatalogModel* model = catalog->find("yunet")) say(model->licence);
//
// The file is JSON: {"models": [{"name", "task", "about", "licence", "source", "input": {…},
// "files": [{"file", "url", "size", "sha256"}]}]}. A plain value.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace vigil::models {

struct CatalogFile {
  std::string file;        // as it lies in the folder of models: letters, digits, dots, dashes and underscores
  std::string url;         // upstream; https
  std::uint64_t size = 0;  // bytes
  std::string sha256;      // 64 hexadecimal digits, lower case

  // The last part of the URL's path: the file's name in a mirror.
  std::string mirrored_as() const;
};

struct CatalogModel {
  std::string name;
  std::string task;
  std::string about;
  std::string licence;                                     // SPDX
  std::string source;                                      // whose it is, and which version
  std::vector<std::pair<std::string, std::string>> input;  // what the network is shown: constants by name, in words
  std::vector<CatalogFile> files;

  std::uint64_t size() const;  // of all files
};

class Catalog {
 public:
  // Errors: kNotFound, kUnreadable (naming what is wrong in which model).
  static core::Result<Catalog> load(const std::filesystem::path& path);
  static core::Result<Catalog> parse(std::string_view json);

  const std::vector<CatalogModel>& models() const { return models_; }
  const CatalogModel* find(std::string_view name) const;  // null: unknown

 private:
  std::vector<CatalogModel> models_;  // in the order of the file
};

}  // namespace vigil::models
