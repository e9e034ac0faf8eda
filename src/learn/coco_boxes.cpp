#include "learn/coco_boxes.h"

namespace vigil::learn {

core::Result<std::vector<CocoPicture>> read_coco_folder(const std::filesystem::path& folder, std::string_view category,
                                                        CocoPart part) {
  const auto entries = read_coco_files(folder, "instances", category, part);
  if (!entries) return std::unexpected(entries.error());
  std::vector<CocoPicture> out;
  for (const CocoEntry& entry : *entries) {
    CocoPicture& picture = out.emplace_back(entry.file);
    for (const CocoAnnotation& each : entry.annotations) {
      if (each.box.empty()) continue;
      picture.truth.push_back(
          {.box = each.box, .kind = each.is_crowd ? TruthKind::kCrowd : TruthKind::kObject, .weight = each.score});
    }
  }
  return out;
}

}  // namespace vigil::learn
