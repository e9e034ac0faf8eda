// BoundedCurve: the shape of something over time in a bounded number of points, however long the stream.
//
//   struct Span { double least, most; void join(const Span& next); };
//   BoundedCurve<Span> curve(2000);
//   curve.push({.least = 3, .most = 3});
//   for (const Span& span : curve.points()) draw(span.least, span.most);
//
// Each point stands for the same number of pushed ones (the last for what is left): 1 at first, and twice as many each time
// the list is full and neighbours are joined. One thread at a time; constant memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/check.h"

namespace vigil::core {

// `Point::join(const Point& next)`: the point stands for both; `next` follows it in time.
template <typename Point>
class BoundedCurve {
 public:
  // Requires max_points >= 2 and even.
  explicit BoundedCurve(std::size_t max_points) : max_points_(max_points) {
    VIGIL_CHECK(max_points >= 2 && max_points % 2 == 0, "points of a curve are joined in pairs");
  }

  // In rising order of time.
  void push(const Point& point) {
    if (joined_ < per_point_ && !points_.empty()) {
      points_.back().join(point);
      ++joined_;
      return;
    }
    if (points_.size() == max_points_) halve();
    points_.push_back(point);
    joined_ = 1;
  }

  // At most max_points, in rising order of time.
  const std::vector<Point>& points() const { return points_; }

 private:
  void halve() {
    for (std::size_t pair = 0; pair < max_points_ / 2; ++pair) {
      Point joined = points_[2 * pair];
      joined.join(points_[2 * pair + 1]);
      points_[pair] = joined;
    }
    points_.resize(max_points_ / 2);
    per_point_ *= 2;
  }

  std::size_t max_points_;
  std::uint64_t per_point_ = 1;
  std::uint64_t joined_ = 0;  // in the last point
  std::vector<Point> points_;
};

}  // namespace vigil::core
