// match_poses(): whose pose is whose, where one network found boxes and another found people with key points.
//
//   const auto pose_of = match_poses(detections, people);
//   if (pose_of[0]) draw(people[*pose_of[0]].pose);
//
// Each pose goes to one box at most. A pair must overlap (IoU of the boxes) or the pose's sure key points must lie in the
// box; among all ways to pair as many, the one with the greatest agreement. Pure; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "core/detection.h"
#include "core/pose.h"

namespace vigil::vision {

struct PoseMatchOptions {
  float min_agreement = 0.35F;   // (0, 1]; mean of IoU and share of key points inside; less pairs strangers in crowds
  float key_point_score = 0.2F;  // [0, 1]; key points below are not asked
};

// For each detection the index of its pose among `people`, or nothing.
std::vector<std::optional<std::size_t>> match_poses(std::span<const core::Detection> detections,
                                                    std::span<const core::PersonPose> people,
                                                    const PoseMatchOptions& options = {});

}  // namespace vigil::vision
