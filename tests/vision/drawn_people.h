// Maps as an ideal OpenPose network would draw them: people of whom it is known where their parts are.
//
//   Drawing drawing(64, 48);
//   drawing.add(standing(20, 6, 36)).add(standing(40, 6, 36));
//   auto found = decode_openpose(drawing.grid(), {});
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "vision/openpose_decoder.h"

namespace vigil::test {

// In cells; the middle of the first cell is at 0.5, 0.5.
struct Point {
  float x = NAN;  // not a number: not in the picture
  float y = NAN;
};

// OpenPose's 18 parts of a person.
struct Skeleton {
  std::array<Point, 18> parts;
};

// COCO's key points as numbers of OpenPose's parts.
inline constexpr std::array<std::size_t, 17> kPartOf = {0, 15, 14, 17, 16, 5, 2, 6, 3, 7, 4, 11, 8, 12, 9, 13, 10};

// Facing the camera, so that their right is on our left; `height` from head to foot, `y` above the head.
Skeleton standing(float x, float y, float height);

// Bell curves, of which the highest counts, and vectors of length one along the limbs, averaged where limbs cross.
class Drawing {
 public:
  Drawing(int width, int height) : width_(width), height_(height), parts_(19 * cells()), limbs_(38 * cells()) {}

  Drawing& add(const Skeleton& person);

  // Lives as long as the drawing.
  vision::OpenPoseGrid grid() const { return {.width = width_, .height = height_, .parts = parts_, .limbs = limbs_}; }

  // To spoil them.
  std::vector<float>& parts() { return parts_; }
  std::vector<float>& limbs() { return limbs_; }
  const std::vector<Skeleton>& people() const { return people_; }

 private:
  std::size_t cells() const { return static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_); }
  template <typename Visit>
  void each_cell(const Visit& visit) const;
  void draw_part(std::size_t part, const Point& point);
  void draw_limb(std::size_t limb);

  int width_;
  int height_;
  std::vector<float> parts_, limbs_;
  std::vector<Skeleton> people_;
};

}  // namespace vigil::test
