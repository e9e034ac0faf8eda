#include "vision/clip_geometry.h"

#include <cmath>

namespace vigil::vision {

ClipGeometry draw_geometry(const ClipInput& input, core::Rng& rng) {
  ClipGeometry geometry;
  geometry.short_side_px = static_cast<int>(core::uniform_int(rng, input.short_side_min_px, input.short_side_max_px));
  geometry.flipped = core::chance(rng, input.flip_probability);
  return geometry;
}

ClipGeometry fixed_geometry(const ClipInput& input) {
  return {.short_side_px = (input.short_side_min_px + input.short_side_max_px) / 2, .flipped = false};
}

PixelSize scaled_size(PixelSize size, int short_side_px) {
  const auto longer = [&](int long_px, int short_px) {
    return static_cast<int>(std::floor(static_cast<double>(long_px) / short_px * short_side_px));
  };
  if (size.width_px < size.height_px) return {short_side_px, longer(size.height_px, size.width_px)};
  return {longer(size.width_px, size.height_px), short_side_px};
}

int center_crop_offset(int extent_px, int crop_px) { return static_cast<int>(std::nearbyint((extent_px - crop_px) / 2.0)); }

}  // namespace vigil::vision
