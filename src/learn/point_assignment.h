// Which points of a detector's grids answer for which box, while it is trained: SimOTA.
//
//   const PointAssignment assigned = assign_points(points, found, truth);
//   if (assigned.truth[p] >= 0) …   // point p is to find truth[assigned.truth[p]], which its box overlaps by
//   assigned.iou[p]
//
// Ge, Liu, Wang, Li, Sun, "YOLOX: exceeding YOLO series in 2021" (and Ge et al., "OTA", 2021). Candidates of a box are the
// points inside it or near its middle. Each box gets as many of them as the overlaps of its ten best add up to, at least
// one: those of the lowest cost, which is −log of the score, plus three times −log of the overlap, and much more outside of
// "inside and near". A point wanted by several boxes goes to the one of lowest cost. Pure; any thread; free of torch.
#pragma once

#include <span>
#include <vector>

#include "core/box.h"
#include "learn/detection_metrics.h"

namespace vigil::learn {

// In pixels of the input.
struct GridPoint {
  float x = 0, y = 0;  // middle of its cell
  float stride = 8;    // side of the cell
};

// What the detector says at one point.
struct PointFinding {
  core::Box box;
  float score = 0;  // [0, 1]; that here is a person
};

inline constexpr int kNoTruth = -1;

struct PointAssignment {
  std::vector<int> truth;     // of each point: index of its box, or kNoTruth
  std::vector<float> iou;     // with that box; 0 without one
  std::vector<bool> ignored;  // no box of its own, and inside one that is ignored or a crowd: not to count as background
};

// `found` has a finding per point. Boxes that are not kObject get no points.
PointAssignment assign_points(std::span<const GridPoint> points, std::span<const PointFinding> found,
                              std::span<const TruthBox> truth);

}  // namespace vigil::learn
