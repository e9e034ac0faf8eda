// Pose: where the 17 key points of a person are, in the order of the COCO data set.
//
//   const PosePoint& wrist = pose[KeyPoint::kLeftWrist];
//   if (wrist.score > 0.3F) draw(wrist.x, wrist.y);
//
// Left and right are the person's own. PersonPose: one person that a pose estimator found in a frame. Plain values.
#pragma once

#include <array>
#include <cstddef>

#include "core/box.h"

namespace vigil::core {

enum class KeyPoint : std::size_t {
  kNose,
  kLeftEye,
  kRightEye,
  kLeftEar,
  kRightEar,
  kLeftShoulder,
  kRightShoulder,
  kLeftElbow,
  kRightElbow,
  kLeftWrist,
  kRightWrist,
  kLeftHip,
  kRightHip,
  kLeftKnee,
  kRightKnee,
  kLeftAnkle,
  kRightAnkle,
};

struct PosePoint {
  float x = 0;  // pixels of the frame
  float y = 0;
  float score = 0;  // [0, 1]; 0: not seen
};

struct Pose {
  std::array<PosePoint, 17> points;
  float score = 0;  // [0, 1]; how sure it is that here is a person and that the points are right; poses are ranked by it

  constexpr PosePoint& operator[](KeyPoint name) { return points[static_cast<std::size_t>(name)]; }
  constexpr const PosePoint& operator[](KeyPoint name) const { return points[static_cast<std::size_t>(name)]; }
};

struct PersonPose {
  Box box;          // in pixels of the frame
  float score = 0;  // [0, 1]; how sure it is that here is a person
  Pose pose;
};

}  // namespace vigil::core
