// ClipGeometry: how one clip is scaled and flipped: drawn at random in training, fixed when serving.
//
//   ClipGeometry geometry = training ? draw_geometry(input, rng) : fixed_geometry(input);
//
// Plain values; free of torch.
#pragma once

#include "core/random.h"
#include "vision/clip_input.h"

namespace vigil::vision {

struct ClipGeometry {
  int short_side_px = 256;  // the shorter side after scaling
  bool flipped = false;     // left and right exchanged
};

// Uniform over the whole numbers short_side_min_px … short_side_max_px, then a coin for the flip: two draws, in this order,
// as the composed transforms take them.
ClipGeometry draw_geometry(const ClipInput& input, core::Rng& rng);

// The middle of the two sizes (rounded down), not flipped.
ClipGeometry fixed_geometry(const ClipInput& input);

struct PixelSize {
  int width_px = 0;
  int height_px = 0;
};

// A picture of `size` scaled so that its shorter side is `short_side_px`; the longer one is rounded down, as pytorchvideo's
// short_side_scale does.
PixelSize scaled_size(PixelSize size, int short_side_px);

// First row (or column) of a centred crop: (extent − crop) / 2, halves to the even number, as torchvision's center crop.
int center_crop_offset(int extent_px, int crop_px);

}  // namespace vigil::vision
