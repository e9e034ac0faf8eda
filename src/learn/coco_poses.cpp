#include "learn/coco_poses.h"

#include <format>

namespace vigil::learn {
namespace {

constexpr std::size_t kNumbersPerPoint = 3;

TruthPose truth_of(const CocoAnnotation& annotation) {
  TruthPose truth{.pose = {}, .box = annotation.box, .area_px2 = annotation.area, .kind = TruthKind::kIgnored};
  for (std::size_t i = 0; i < truth.pose.points.size(); ++i) {
    const float* point = annotation.key_points.data() + kNumbersPerPoint * i;
    const bool labelled = point[2] > 0;
    truth.pose.points[i] = {.x = point[0], .y = point[1], .score = labelled ? 1.0F : 0.0F};
    if (labelled) truth.kind = TruthKind::kObject;
  }
  if (annotation.is_crowd) truth.kind = TruthKind::kCrowd;
  return truth;
}

}  // namespace

core::Result<std::vector<CocoPosePicture>> read_coco_poses(const std::filesystem::path& folder, CocoPart part) {
  const auto entries = read_coco_files(folder, "person_keypoints", "person", part);
  if (!entries) return std::unexpected(entries.error());
  std::vector<CocoPosePicture> out;
  for (const CocoEntry& entry : *entries) {
    CocoPosePicture& picture = out.emplace_back(entry.file);
    for (const CocoAnnotation& each : entry.annotations) {
      if (each.key_points.size() != kNumbersPerPoint * core::Pose().points.size()) {
        return core::fail(core::ErrorCode::kUnreadable,
                          std::format("{}: a person has {} numbers for key points, not 17 times x, y, visibility",
                                      entry.file.string(), each.key_points.size()));
      }
      picture.truth.push_back(truth_of(each));
    }
  }
  return out;
}

}  // namespace vigil::learn
