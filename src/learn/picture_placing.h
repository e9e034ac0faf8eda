// Framing of labelled pictures for training: scaled, mirrored, cut to a square, one alone or four in one (mosaic). Boxes go
// with what they enclose.
//
//   core::Rng rng = core::make_rng({seed, epoch, sample});
//   LabelledPicture seen = place(std::span(&picture, 1), {.side_px = 416}, rng);
//
// Mosaics: Bochkovskiy, Wang, Liao, "YOLOv4", 2020. Plain values; safe from any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/random.h"
#include "learn/detection_metrics.h"

namespace vigil::learn {

struct Picture {
  int width_px = 0, height_px = 0;
  std::vector<std::uint8_t> bgr;  // height × width × 3, interleaved
};

struct LabelledPicture {
  Picture picture;
  std::vector<TruthBox> boxes;  // pixels
};

struct PlacingOptions {
  int side_px = 416;           // of the square that is made
  double longer_min_px = 416;  // the picture's longer side becomes a length between these, drawn evenly on a logarithmic
  double longer_max_px = 416;  // scale; what does not fit is cut off at a random place
  double flip_probability = 0.5;
};

// One picture into the square's top left corner where it fits, or a random part of it; four pictures: a quarter each, around
// a random middle. What is not covered is grey 114. A box of which less than a quarter is left, or a side of less than 3
// pixels, becomes kIgnored; what is out of sight is left out. Requires one or four pictures that are not empty.
LabelledPicture place(std::span<const LabelledPicture> pictures, const PlacingOptions& options, core::Rng& rng);

}  // namespace vigil::learn
