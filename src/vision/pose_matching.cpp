#include "vision/pose_matching.h"

#include "vision/assignment.h"

namespace vigil::vision {
namespace {

bool inside(const core::Box& box, const core::PosePoint& point) {
  return point.x >= box.left && point.x <= box.right() && point.y >= box.top && point.y <= box.bottom();
}

// [0, 1].
float agreement(const core::Box& box, const core::PersonPose& person, float key_point_score) {
  int sure = 0;
  int within = 0;
  for (const core::PosePoint& point : person.pose.points) {
    if (!(point.score >= key_point_score)) continue;
    ++sure;
    within += inside(box, point) ? 1 : 0;
  }
  const float overlap = core::iou(box, person.box);
  if (overlap <= 0) return 0;
  return sure == 0 ? overlap : (overlap + static_cast<float>(within) / static_cast<float>(sure)) / 2;
}

}  // namespace

std::vector<std::optional<std::size_t>> match_poses(std::span<const core::Detection> detections,
                                                    std::span<const core::PersonPose> people,
                                                    const PoseMatchOptions& options) {
  CostMatrix costs(detections.size(), people.size());
  for (std::size_t row = 0; row < detections.size(); ++row) {
    for (std::size_t column = 0; column < people.size(); ++column) {
      const float agreed = agreement(detections[row].box, people[column], options.key_point_score);
      if (agreed >= options.min_agreement) costs(row, column) = 1 - agreed;
    }
  }
  std::vector<std::optional<std::size_t>> pose_of(detections.size());
  for (const Pair& pair : assign(costs)) pose_of[pair.row] = pair.column;
  return pose_of;
}

}  // namespace vigil::vision
