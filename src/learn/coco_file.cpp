#include "learn/coco_file.h"

#include <algorithm>
#include <array>
#include <format>
#include <fstream>
#include <unordered_map>

#include <nlohmann/json.hpp>

namespace vigil::learn {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::fail;
using core::Result;
using nlohmann::json;

std::int64_t category_id(const json& document, std::string_view category) {
  const json& categories = document.at("categories");
  const auto named = std::ranges::find_if(categories, [&](const json& each) { return each.at("name") == category; });
  if (named == categories.end()) throw std::runtime_error(std::format("it has no category '{}'", category));
  return named->at("id").get<std::int64_t>();
}

bool is_of(std::string_view name, CocoPart part) {
  if (part == CocoPart::kAll) return true;
  return (name.starts_with("val") || name.starts_with("test")) == (part == CocoPart::kHeldOut);
}

std::string_view purpose(CocoPart part) {
  switch (part) {
    case CocoPart::kAll: return "";
    case CocoPart::kTraining: return " to train on";
    case CocoPart::kHeldOut: return " that is held out";
  }
  return "";
}

CocoAnnotation read_annotation(const json& annotation) {
  const float score = annotation.value("score", 1.0F);
  if (!(score > 0 && score <= 1)) throw std::runtime_error(std::format("an annotation has the score {}", score));
  const auto [left, top, width, height] = annotation.at("bbox").get<std::array<float, 4>>();
  return {.box = {.left = left, .top = top, .width = width, .height = height},
          .area = annotation.value("area", 0.0),
          .is_crowd = annotation.value("iscrowd", 0) != 0,
          .score = score,
          .key_points = annotation.value("keypoints", std::vector<float>())};
}

std::vector<CocoEntry> entries_of(const json& document, const fs::path& pictures, std::string_view category) {
  const std::int64_t wanted = category_id(document, category);
  std::vector<CocoEntry> out;
  std::unordered_map<std::int64_t, std::size_t> by_id;
  for (const json& image : document.at("images")) {
    by_id[image.at("id").get<std::int64_t>()] = out.size();
    out.push_back({.file = pictures / image.at("file_name").get<std::string>(), .annotations = {}});
  }
  for (const json& annotation : document.at("annotations")) {
    if (annotation.at("category_id").get<std::int64_t>() != wanted) continue;
    const auto id = annotation.at("image_id").get<std::int64_t>();
    const auto picture = by_id.find(id);
    if (picture == by_id.end()) {
      throw std::runtime_error(std::format("an annotation is of picture {}, which is not listed", id));
    }
    CocoAnnotation read = read_annotation(annotation);
    if (read.box.finite()) out[picture->second].annotations.push_back(std::move(read));
  }
  return out;
}

Result<std::vector<CocoEntry>> read_file(const fs::path& file, const fs::path& pictures, std::string_view category) {
  std::ifstream in(file);
  if (!in) return fail(ErrorCode::kNotFound, std::format("{}: cannot be opened", file.string()));
  try {
    return entries_of(json::parse(in), pictures, category);
  } catch (const std::exception& wrong) {
    return fail(ErrorCode::kUnreadable, std::format("{}: not COCO's annotations: {}", file.string(), wrong.what()));
  }
}

}  // namespace

Result<std::vector<CocoEntry>> read_coco_files(const fs::path& folder, std::string_view kind, std::string_view category,
                                               CocoPart part) {
  const std::string prefix = std::format("{}_", kind);
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator it(folder / "annotations", error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().stem().string();
    if (it->path().extension() == ".json" && name.starts_with(prefix) &&
        is_of(std::string_view(name).substr(prefix.size()), part))
      files.push_back(it->path());
  }
  if (files.empty()) {
    return fail(ErrorCode::kNotFound, std::format("{}: no annotations/{}NAME.json{}, as COCO lays data out", folder.string(),
                                                  prefix, purpose(part)));
  }
  std::ranges::sort(files);
  std::vector<CocoEntry> out;
  for (const fs::path& file : files) {
    auto entries = read_file(file, folder / file.stem().string().substr(prefix.size()), category);
    if (!entries) return std::unexpected(entries.error());
    out.insert(out.end(), std::make_move_iterator(entries->begin()), std::make_move_iterator(entries->end()));
  }
  return out;
}

}  // namespace vigil::learn
