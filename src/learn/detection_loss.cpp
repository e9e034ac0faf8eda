#include "learn/detection_loss.h"

#include <algorithm>

#include <torch/torch.h>

#include "learn/box_labels.h"

namespace vigil::learn {
namespace {

using torch::Tensor;

constexpr double kBoxWeight = 5;
constexpr double kBoxWeightWithoutObjectness = 2;

// What is asked of the points of a whole batch, flattened to N·P.
struct Targets {
  std::vector<std::int64_t> rows;  // of the points that have a box
  std::vector<float> boxes;        // of each of them: left, top, right, bottom
  std::vector<float> strides;
  std::vector<float> corners;  // of its cell: x, y
  std::vector<float> overlaps;
  std::vector<float> weights;
  std::vector<float> background;  // of every point: 0 where it is ignored, else 1
};

std::vector<PointFinding> findings(const float* boxes, const float* scores, std::size_t points) {
  std::vector<PointFinding> found(points);
  for (std::size_t p = 0; p < points; ++p, boxes += 4) {
    found[p] = {.box = {.left = boxes[0], .top = boxes[1], .width = boxes[2] - boxes[0], .height = boxes[3] - boxes[1]},
                .score = scores[p]};
  }
  return found;
}

void append(const DenseBoxes& said, std::span<const PointFinding> found, std::span<const TruthBox> truth, Targets& targets) {
  const PointAssignment assigned = assign_points(said.points, found, truth);
  const auto first = static_cast<std::int64_t>(targets.background.size());
  for (std::size_t p = 0; p < said.points.size(); ++p) {
    targets.background.push_back(assigned.ignored[p] ? 0.0F : 1.0F);
    if (assigned.truth[p] == kNoTruth) continue;
    const GridPoint& point = said.points[p];
    const auto& [box, kind, weight] = truth[static_cast<std::size_t>(assigned.truth[p])];
    targets.rows.push_back(first + static_cast<std::int64_t>(p));
    targets.boxes.insert(targets.boxes.end(), {box.left, box.top, box.right(), box.bottom()});
    targets.strides.push_back(point.stride);
    targets.corners.insert(targets.corners.end(), {point.x - point.stride / 2, point.y - point.stride / 2});
    targets.overlaps.push_back(assigned.iou[p]);
    targets.weights.push_back(weight);
  }
}

Tensor scores_of(const DenseBoxes& said) {
  const Tensor classes = said.classes.sigmoid();
  return said.objectness.defined() ? (classes * said.objectness.sigmoid()).sqrt() : classes;
}

Targets targets_of(const DenseBoxes& said, const Tensor& labels) {
  const torch::NoGradGuard no_grad;
  const auto on_host = [](const Tensor& x) { return x.to(torch::kCPU, torch::kFloat32).contiguous(); };
  const Tensor boxes = on_host(said.boxes);
  const Tensor scores = on_host(scores_of(said));
  const Tensor wanted = on_host(labels);
  const std::size_t points = said.points.size();
  constexpr std::size_t kRow = static_cast<std::size_t>(kMaxBoxLabels) * kBoxLabelValues;
  Targets targets;
  for (std::size_t n = 0; n < static_cast<std::size_t>(boxes.size(0)); ++n) {
    const auto found =
        findings(boxes.const_data_ptr<float>() + n * points * 4, scores.const_data_ptr<float>() + n * points, points);
    append(said, found, read_box_labels({wanted.const_data_ptr<float>() + n * kRow, kRow}), targets);
  }
  return targets;
}

// Of boxes [K, 4] in pairs.
Tensor overlaps(const Tensor& a, const Tensor& b) {
  const auto area = [](const Tensor& box) {
    return (box.select(1, 2) - box.select(1, 0)).clamp_min(0) * (box.select(1, 3) - box.select(1, 1)).clamp_min(0);
  };
  const Tensor low = torch::max(a.narrow(1, 0, 2), b.narrow(1, 0, 2));
  const Tensor high = torch::min(a.narrow(1, 2, 2), b.narrow(1, 2, 2));
  const Tensor both = (high - low).clamp_min(0).prod(1);
  return both / (area(a) + area(b) - both + 1e-9);
}

Tensor cross_entropy(const Tensor& logits, const Tensor& targets) {
  return torch::binary_cross_entropy_with_logits(logits, targets, {}, {}, torch::Reduction::None);
}

}  // namespace

Tensor detection_loss(const DenseBoxes& said, const Tensor& labels, const DetectionLossOptions& options) {
  const Targets targets = targets_of(said, labels);
  const auto device = said.boxes.device();
  const auto tensor = [&](const std::vector<float>& values) { return torch::tensor(values, torch::kFloat32).to(device); };
  const Tensor rows = torch::tensor(targets.rows, torch::kInt64).to(device);
  const Tensor weights = tensor(targets.weights);
  const Tensor overlap_targets = tensor(targets.overlaps);
  const Tensor background = tensor(targets.background).index_fill(0, rows, 0);
  const auto of_rows = [&](const Tensor& points) { return points.flatten(0, 1).index_select(0, rows); };

  const Tensor wanted = tensor(targets.boxes).view({-1, 4});
  const Tensor box_loss = (weights * (1 - overlaps(of_rows(said.boxes), wanted).square())).sum();
  const Tensor class_logits = of_rows(said.classes);
  Tensor loss;
  if (said.objectness.defined()) {
    const Tensor objectness = said.objectness.flatten();
    const Tensor here = objectness.index_select(0, rows);
    loss = kBoxWeight * box_loss + (weights * cross_entropy(class_logits, overlap_targets)).sum() +
           (weights * cross_entropy(here, torch::ones_like(here))).sum() +
           (background * cross_entropy(objectness, torch::zeros_like(objectness))).sum();
  } else {
    const Tensor all = said.classes.flatten();
    loss = kBoxWeightWithoutObjectness * box_loss +
           (weights * (overlap_targets - class_logits.sigmoid()).square() * cross_entropy(class_logits, overlap_targets))
               .sum() +
           (background * all.sigmoid().square() * cross_entropy(all, torch::zeros_like(all))).sum();
  }
  if (options.l1 && said.raw.defined()) {
    const Tensor strides = tensor(targets.strides).unsqueeze(1);
    const Tensor size = (wanted.narrow(1, 2, 2) - wanted.narrow(1, 0, 2)).clamp_min(1e-3);
    const Tensor middle = wanted.narrow(1, 0, 2) + size / 2;
    const Tensor raw = torch::cat({(middle - tensor(targets.corners).view({-1, 2})) / strides, (size / strides).log()}, 1);
    loss = loss + (weights.unsqueeze(1) * (of_rows(said.raw) - raw).abs()).sum();
  }
  return loss / std::max(1.0, weights.sum().item<double>());
}

}  // namespace vigil::learn
