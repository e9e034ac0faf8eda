#include "learn/coco_boxes.h"

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

constexpr std::string_view kPrefix = "instances_";

bool is_of(std::string_view name, CocoPart part) {
  if (part == CocoPart::kAll) return true;
  return (name.starts_with("val") || name.starts_with("test")) == (part == CocoPart::kHeldOut);
}

std::vector<CocoPicture> boxes_of(const json& document, const fs::path& pictures, std::string_view category) {
  const json& categories = document.at("categories");
  const auto named = std::ranges::find_if(categories, [&](const json& each) { return each.at("name") == category; });
  if (named == categories.end()) throw std::runtime_error(std::format("it has no category '{}'", category));
  const auto wanted = named->at("id").get<std::int64_t>();

  std::vector<CocoPicture> out;
  std::unordered_map<std::int64_t, std::size_t> by_id;
  for (const json& image : document.at("images")) {
    by_id[image.at("id").get<std::int64_t>()] = out.size();
    out.push_back({.file = pictures / image.at("file_name").get<std::string>(), .truth = {}});
  }
  for (const json& annotation : document.at("annotations")) {
    if (annotation.at("category_id").get<std::int64_t>() != wanted) continue;
    const auto id = annotation.at("image_id").get<std::int64_t>();
    const auto picture = by_id.find(id);
    if (picture == by_id.end())
      throw std::runtime_error(std::format("an annotation is of picture {}, which is not listed", id));
    const auto [left, top, width, height] = annotation.at("bbox").get<std::array<float, 4>>();
    const core::Box box{.left = left, .top = top, .width = width, .height = height};
    if (!box.finite() || box.empty()) continue;
    const bool crowd = annotation.value("iscrowd", 0) != 0;
    const float weight = annotation.value("score", 1.0F);
    if (!(weight > 0 && weight <= 1)) throw std::runtime_error(std::format("an annotation has the score {}", weight));
    out[picture->second].truth.push_back(
        {.box = box, .kind = crowd ? TruthKind::kCrowd : TruthKind::kObject, .weight = weight});
  }
  return out;
}

}  // namespace

Result<std::vector<CocoPicture>> read_coco_boxes(const fs::path& file, const fs::path& pictures, std::string_view category) {
  std::ifstream in(file);
  if (!in) return fail(ErrorCode::kNotFound, std::format("{}: cannot be opened", file.string()));
  try {
    return boxes_of(json::parse(in), pictures, category);
  } catch (const std::exception& wrong) {
    return fail(ErrorCode::kUnreadable, std::format("{}: not COCO's instances: {}", file.string(), wrong.what()));
  }
}

Result<std::vector<CocoPicture>> read_coco_folder(const fs::path& folder, std::string_view category, CocoPart part) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator it(folder / "annotations", error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().stem().string();
    if (it->path().extension() == ".json" && name.starts_with(kPrefix) && is_of(name.substr(kPrefix.size()), part))
      files.push_back(it->path());
  }
  if (files.empty()) {
    return fail(ErrorCode::kNotFound,
                std::format("{}: no annotations/instances_NAME.json{}, as COCO lays data out", folder.string(),
                            part == CocoPart::kAll        ? ""
                            : part == CocoPart::kTraining ? " to train on"
                                                          : " that is held out"));
  }
  std::ranges::sort(files);
  std::vector<CocoPicture> out;
  for (const fs::path& file : files) {
    const std::string name = file.stem().string().substr(kPrefix.size());
    auto pictures = read_coco_boxes(file, folder / name, category);
    if (!pictures) return std::unexpected(pictures.error());
    out.insert(out.end(), std::make_move_iterator(pictures->begin()), std::make_move_iterator(pictures->end()));
  }
  return out;
}

}  // namespace vigil::learn
