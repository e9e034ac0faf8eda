#include "learn/point_assignment.h"

#include <algorithm>
#include <cmath>

namespace vigil::learn {
namespace {

using core::Box;

constexpr float kCenterRadius = 2.5F;  // in strides
constexpr std::size_t kSummedOverlaps = 10;
constexpr float kOverlapCost = 3;
constexpr float kOutsideCost = 1e5F;
constexpr float kSmall = 1e-8F;

bool inside(const GridPoint& point, const Box& box) {
  return point.x > box.left && point.x < box.right() && point.y > box.top && point.y < box.bottom();
}

bool near_middle(const GridPoint& point, const Box& box) {
  const float reach = kCenterRadius * point.stride;
  return std::abs(point.x - box.center_x()) < reach && std::abs(point.y - box.center_y()) < reach;
}

struct Candidate {
  std::size_t point = 0;
  float iou = 0;
  float cost = 0;
};

std::vector<Candidate> candidates_of(const Box& box, std::span<const GridPoint> points,
                                     std::span<const PointFinding> found) {
  std::vector<Candidate> candidates;
  for (std::size_t p = 0; p < points.size(); ++p) {
    const bool within = inside(points[p], box);
    const bool near = near_middle(points[p], box);
    if (!within && !near) continue;
    const float overlap = core::iou(found[p].box, box);
    const float cost =
        -std::log(found[p].score + kSmall) - kOverlapCost * std::log(overlap + kSmall) + (within && near ? 0 : kOutsideCost);
    candidates.push_back({.point = p, .iou = overlap, .cost = cost});
  }
  return candidates;
}

// How many points the box gets.
std::size_t share_of(std::span<const Candidate> candidates) {
  std::vector<float> overlaps;
  for (const Candidate& candidate : candidates) overlaps.push_back(candidate.iou);
  const std::size_t count = std::min(kSummedOverlaps, overlaps.size());
  std::ranges::partial_sort(overlaps, overlaps.begin() + static_cast<std::ptrdiff_t>(count), std::ranges::greater{});
  float sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += overlaps[i];
  return std::min(candidates.size(), std::max<std::size_t>(1, static_cast<std::size_t>(sum)));
}

}  // namespace

PointAssignment assign_points(std::span<const GridPoint> points, std::span<const PointFinding> found,
                              std::span<const TruthBox> truth) {
  PointAssignment assigned{.truth = std::vector<int>(points.size(), kNoTruth),
                           .iou = std::vector<float>(points.size()),
                           .ignored = std::vector<bool>(points.size())};
  std::vector<float> cost(points.size());
  for (std::size_t t = 0; t < truth.size(); ++t) {
    if (truth[t].kind != TruthKind::kObject) continue;
    std::vector<Candidate> candidates = candidates_of(truth[t].box, points, found);
    const std::size_t share = share_of(candidates);
    std::ranges::stable_sort(candidates, {}, &Candidate::cost);
    for (const Candidate& candidate : std::span(candidates).first(share)) {
      const std::size_t p = candidate.point;
      if (assigned.truth[p] != kNoTruth && cost[p] <= candidate.cost) continue;
      assigned.truth[p] = static_cast<int>(t);
      assigned.iou[p] = candidate.iou;
      cost[p] = candidate.cost;
    }
  }
  for (const TruthBox& region : truth) {
    if (region.kind == TruthKind::kObject) continue;
    for (std::size_t p = 0; p < points.size(); ++p) {
      if (assigned.truth[p] == kNoTruth && inside(points[p], region.box)) assigned.ignored[p] = true;
    }
  }
  return assigned;
}

}  // namespace vigil::learn
