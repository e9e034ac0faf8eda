#include "learn/dense_boxes.h"

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
      points.push_back({.x = (static_cast<float>(x) + 0.5F) * side, .y = (static_cast<float>(y) + 0.5F) * side, .stride = side});
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

}  // namespace

DenseBoxes dense_boxes(std::span<const nets::YoloxGrid> grids) {
  DenseBoxes out;
  std::vector<Tensor> boxes, classes;
  for (const nets::YoloxGrid& grid : grids) {
    append_points(grid.boxes.size(2), grid.boxes.size(3), grid.stride, out.points);
    boxes.push_back(by_point(grid.boxes));
    classes.push_back(by_point(grid.classes));
  }
  const Tensor said = torch::cat(boxes, 1);
  out.raw = said.narrow(2, 0, 4);
  out.objectness = said.select(2, 4);
  out.classes = torch::cat(classes, 1).select(2, 0);

  const Tensor corners = table_of(out.points, 2, [](const GridPoint& p) {
                           return std::array{p.x - p.stride / 2, p.y - p.stride / 2};
                         }).to(said.device());
  const Tensor strides = table_of(out.points, 1, [](const GridPoint& p) { return std::array{p.stride}; }).to(said.device());
  const Tensor middle = out.raw.narrow(2, 0, 2) * strides + corners;
  const Tensor half = out.raw.narrow(2, 2, 2).exp() * strides / 2;
  out.boxes = torch::cat({middle - half, middle + half}, 2);
  return out;
}

}  // namespace vigil::learn
