// Region: a part of the picture as a polygon, and whether people stand in it.
//
//   auto yard = Region::parse("0.1,0.5 0.9,0.5 0.9,1 0.1,1");
//   if (yard->holds_feet_of(box, frame_width_px, frame_height_px)) …
//
// Corners are shares of the picture's width and height, so a region fits every resolution of a camera. Plain value.
#pragma once

#include <string_view>
#include <vector>

#include "core/box.h"
#include "core/result.h"

namespace vigil::core {

struct RegionCorner {
  double x = 0;  // [0, 1] of the width, from the left
  double y = 0;  // [0, 1] of the height, from the top
};

class Region {
 public:
  // "x,y x,y x,y …": three corners or more. Errors: kInvalidArgument, naming the corner.
  static Result<Region> parse(std::string_view text);

  // The same from numbers. Errors: kInvalidArgument, naming the corner.
  static Result<Region> from_corners(std::vector<RegionCorner> corners);

  const std::vector<RegionCorner>& corners() const { return corners_; }

  // By the even-odd rule, as in SVG.
  bool contains(double x, double y) const;

  // Whether somebody stands inside whose feet are at these pixels; feet cut off by the picture's border stand on it.
  // Requires sizes above 0.
  bool holds_feet_at(double x_px, double y_px, int frame_width_px, int frame_height_px) const;

  // The same of the middle of the box's lower edge, where a person stands.
  bool holds_feet_of(const Box& box, int frame_width_px, int frame_height_px) const;

 private:
  std::vector<RegionCorner> corners_;
};

}  // namespace vigil::core
