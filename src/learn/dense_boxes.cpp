#include "learn/dense_boxes.h"

#include <array>

#include <torch/torch.h>

namespace vigil::learn {
namespace {

using torch::Tensor;

// [N, C, H, W] → [N, H·W, C] float32.
Tensor by_point(const Tensor& maps) { return maps.to(torch::kFloat32).flatten(2).transpose(1, 2); }

// Middles of the cells, in pixels.
void append_points(std::int64_t height, std::int64_t width, int stride, std::vector<GridPoint>& points) {
  const auto side = static_cast<float>(stride);
  for (std::int64_t y = 0; y < height; ++y) {
    for (std::int64_t x = 0; x < width; ++x) {
      points.push_back(
          {.x = (static_cast<float>(x) + 0.5F) * side, .y = (static_cast<float>(y) + 0.5F) * side, .stride = side});
    }
  }
}

// [P, columns], from the points' members.
template <typename Values>
Tensor table_of(std::span<const GridPoint> points, int columns, Values&& values) {
  std::vector<float> numbers;
  for (const GridPoint& point : points) {
    for (const float number : values(point)) numbers.push_back(number);
  }
  return torch::tensor(numbers, torch::kFloat32).view({-1, columns});
}

// The codes, see nets/detection_net.h. `cells`: [P, 2] middles of the cells, `strides`: [P, 1].
void decode_center_size(const Tensor& said, const Tensor& cells, const Tensor& strides, DenseBoxes& out) {
  out.raw = said.narrow(2, 0, 4);
  out.objectness = said.select(2, 4);
  const Tensor middle = (out.raw.narrow(2, 0, 2) - 0.5) * strides + cells;
  const Tensor half = out.raw.narrow(2, 2, 2).exp() * strides / 2;
  out.boxes = torch::cat({middle - half, middle + half}, 2);
}

void decode_distances(const Tensor& said, const Tensor& cells, const Tensor& strides, DenseBoxes& out) {
  const Tensor bins = torch::arange(nets::kDistanceBins, said.options());
  const Tensor logits = said.view({said.size(0), said.size(1), 4, nets::kDistanceBins});
  const Tensor distances = (logits.softmax(3) * bins).sum(3) * strides;
  out.boxes = torch::cat({cells - distances.narrow(2, 0, 2), cells + distances.narrow(2, 2, 2)}, 2);
}

}  // namespace

DenseBoxes dense_boxes(std::span<const nets::DetectionGrid> grids, nets::BoxCode code) {
  DenseBoxes out;
  std::vector<Tensor> boxes, classes;
  for (const nets::DetectionGrid& grid : grids) {
    append_points(grid.boxes.size(2), grid.boxes.size(3), grid.stride, out.points);
    boxes.push_back(by_point(grid.boxes));
    classes.push_back(by_point(grid.classes));
  }
  const Tensor said = torch::cat(boxes, 1);
  out.classes = torch::cat(classes, 1).select(2, 0);
  const Tensor cells = table_of(out.points, 2, [](const GridPoint& p) { return std::array{p.x, p.y}; }).to(said.device());
  const Tensor strides = table_of(out.points, 1, [](const GridPoint& p) { return std::array{p.stride}; }).to(said.device());
  (code == nets::BoxCode::kDistances ? &decode_distances : &decode_center_size)(said, cells, strides, out);
  return out;
}

}  // namespace vigil::learn
