#include "vision/grid_decoder.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/check.h"

namespace vigil::vision {
namespace {

using core::Box;
using core::Detection;

constexpr std::size_t kSides = 4;

float sigmoid(float logit) { return 1 / (1 + std::exp(-logit)); }

// A score is at least `probability` only where its logit is at least this; a hair less, for rounding.
float least_logit(float probability) {
  if (probability >= 1) return 15;
  return probability <= 0 ? std::numeric_limits<float>::lowest() : std::log(probability / (1 - probability)) - 1e-3F;
}

// The mean of 0, 1, 2 … under the softmax of the logits.
float expectation(std::span<const float> logits) {
  const float highest = std::ranges::max(logits);
  float sum = 0, weighted = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const float weight = std::exp(logits[i] - highest);
    sum += weight;
    weighted += weight * static_cast<float>(i);
  }
  return weighted / sum;
}

struct Point {
  float x, y;  // of the grid
  std::span<const float> values;
};

// `weight` gives what scales the class scores of a point, 0 to 1, and `box` its box in cells.
template <typename Weight, typename BoxOf>
void decode(const GridView& grid, float threshold, std::vector<Detection>& found, Weight weight, BoxOf box) {
  const auto points = static_cast<std::size_t>(grid.width) * static_cast<std::size_t>(grid.height);
  VIGIL_CHECK(points > 0 && !grid.classes.empty() && grid.classes.size() % points == 0, "class scores for every point");
  const std::size_t classes = grid.classes.size() / points;
  const std::size_t per_box = grid.boxes.size() / points;
  const float least = least_logit(threshold);
  const auto stride = static_cast<float>(grid.stride);
  for (std::size_t i = 0; i < points; ++i) {
    const float* scores = grid.classes.data() + i * classes;
    const float* best = std::max_element(scores, scores + classes);
    const std::span values = grid.boxes.subspan(i * per_box, per_box);
    if (!(*best >= least)) continue;  // nothing scales a score up
    const float score = sigmoid(*best) * weight(values);
    if (!(score >= threshold)) continue;
    const auto column = static_cast<float>(i % static_cast<std::size_t>(grid.width));
    const auto row = static_cast<float>(i / static_cast<std::size_t>(grid.width));
    const Box cells = box(Point{.x = column, .y = row, .values = values});
    const Box pixels{.left = cells.left * stride,
                     .top = cells.top * stride,
                     .width = cells.width * stride,
                     .height = cells.height * stride};
    if (pixels.finite()) found.push_back({.box = pixels, .score = score, .class_id = static_cast<int>(best - scores)});
  }
}

}  // namespace

void decode_center_size(const GridView& grid, float threshold, std::vector<Detection>& found) {
  decode(
      grid, threshold, found, [](std::span<const float> values) { return sigmoid(values[4]); },
      [](const Point& point) {
        const float width = std::exp(point.values[2]);
        const float height = std::exp(point.values[3]);
        return Box{.left = point.x + point.values[0] - width / 2,
                   .top = point.y + point.values[1] - height / 2,
                   .width = width,
                   .height = height};
      });
}

void decode_distances(const GridView& grid, float threshold, std::vector<Detection>& found) {
  decode(
      grid, threshold, found, [](std::span<const float>) { return 1.0F; },
      [](const Point& point) {
        const std::size_t bins = point.values.size() / kSides;
        const auto distance = [&](std::size_t side) { return expectation(point.values.subspan(side * bins, bins)); };
        const float left = distance(0), top = distance(1), right = distance(2), bottom = distance(3);
        return Box{
            .left = point.x + 0.5F - left, .top = point.y + 0.5F - top, .width = left + right, .height = top + bottom};
      });
}

}  // namespace vigil::vision
