// Box: an upright rectangle in a frame, in pixels of that frame.
//
//   const Box person{.left = 40, .top = 30, .width = 20, .height = 60};
//   if (iou(person, other) > 0.5F) …
//   const Box visible = clipped(person, 640, 480);
//
// The corner and the size, as detectors and the MOT Challenge write them; x grows to the right, y downwards, and a box may
// reach beyond its frame. A box without width or height is empty: it has no area and overlaps nothing. Plain value.
#pragma once

#include <algorithm>
#include <cmath>

namespace vigil::core {

struct Box {
  float left = 0;
  float top = 0;
  float width = 0;
  float height = 0;

  constexpr float right() const { return left + width; }
  constexpr float bottom() const { return top + height; }
  constexpr float center_x() const { return left + width / 2; }
  constexpr float center_y() const { return top + height / 2; }
  constexpr bool empty() const { return !(width > 0 && height > 0); }
  constexpr float area() const { return empty() ? 0 : width * height; }
  bool finite() const { return std::isfinite(left) && std::isfinite(top) && std::isfinite(width) && std::isfinite(height); }

  constexpr bool operator==(const Box&) const = default;
};

// What both cover; empty when they do not touch.
constexpr Box intersection(const Box& a, const Box& b) {
  const float left = std::max(a.left, b.left);
  const float top = std::max(a.top, b.top);
  return {.left = left,
          .top = top,
          .width = std::max(0.0F, std::min(a.right(), b.right()) - left),
          .height = std::max(0.0F, std::min(a.bottom(), b.bottom()) - top)};
}

// Intersection over union, [0, 1]; 0 when either is empty.
constexpr float iou(const Box& a, const Box& b) {
  const float shared = intersection(a, b).area();
  return shared > 0 ? shared / (a.area() + b.area() - shared) : 0;
}

// The part of the box that lies in a frame of that size; empty when it lies outside.
constexpr Box clipped(const Box& box, float frame_width, float frame_height) {
  return intersection(box, {.width = frame_width, .height = frame_height});
}

}  // namespace vigil::core
