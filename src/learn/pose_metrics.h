// How well poses were found: average precision and recall over object key-point similarity (OKS), as COCO measures them.
//
//   std::vector<PosePicture> pictures = …;   // the truth of each picture, and who was found in it
//   auto scores = measure_poses(pictures);
//   if (scores->ap50_95) …                   // absent where the truth holds nobody to be found
//
// cocodataset.org, "Keypoint evaluation"; how findings are matched: learn/average_precision.h. Pure functions, free of
// torch.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/pose.h"
#include "core/result.h"
#include "learn/average_precision.h"

namespace vigil::learn {

struct TruthPose {
  core::Pose pose;      // pixels; a score above 0: labelled, whether it is hidden or not
  core::Box box;        // pixels
  double area_px2 = 0;  // of the person's outline
  TruthKind kind = TruthKind::kObject;
};

// Object key-point similarity, [0, 1]: the mean over the labelled points of exp(−d² / (2 · area · k²)), where d is the
// distance and k twice COCO's standard deviation for that point. Where no point is labelled, d is how far all points found
// lie outside of the box, enlarged by its own size on each side. Scores of the found pose are not looked at.
double similarity(const TruthPose& truth, const core::Pose& found);

struct PosePicture {
  std::vector<TruthPose> truth = {};
  std::vector<core::PersonPose> found = {};  // any order; their poses count, by the poses' scores
};

struct PoseScores {
  std::size_t pictures = 0;
  std::size_t truth_people = 0;  // kObject only
  std::size_t found_people = 0;  // that were measured, those that do not count included

  // Absent where there are no people to be found.
  std::optional<double> ap50 = {};     // average precision at a similarity of 0.5
  std::optional<double> ap75 = {};     // at 0.75
  std::optional<double> ap50_95 = {};  // mean over 0.5, 0.55 … 0.95
  std::optional<double> ar50 = {};     // share of the people found at all, at 0.5
  std::optional<double> ar50_95 = {};  // mean over 0.5, 0.55 … 0.95
};

inline constexpr std::size_t kMaxMeasuredPoses = 20;  // a picture's surest, as COCO takes them

// Errors: kInvalidArgument (no pictures, or a pose found whose score or key points are not finite), naming the picture.
core::Result<PoseScores> measure_poses(std::span<const PosePicture> pictures);

// A line for people.
std::string to_text(const PoseScores& scores);

// One JSON object: the fields above by name, absent values as null.
std::string to_json(const PoseScores& scores);

}  // namespace vigil::learn
