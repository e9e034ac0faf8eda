// Random changes to labelled pictures, so that a detector sees other cameras than it is trained on: framing and size, mirror
// image, four pictures in one (mosaic), sharpness, light, noise, compression. Boxes go with what they enclose.
//
//   Rng rng = core::make_rng({seed, epoch, sample});
//   LabelledPicture seen = place(std::span(&picture, 1), {.side_px = 416}, rng);
//   degrade(seen.picture, draw_degradation(rng), rng);
//
// What the place of a mosaic shows: Bochkovskiy et al., "YOLOv4", 2020. Plain values; safe from any thread.
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
  int side_px = 416;       // of the square that is made
  double longer_min_px = 416;  // the picture's longer side becomes a length between these, drawn evenly on a logarithmic
  double longer_max_px = 416;  // scale; what does not fit is cut off at a random place
  double flip_probability = 0.5;
};

// One picture into the square's top left corner where it fits, or a random part of it; four pictures: a quarter each, around a
// random middle. What is not covered is grey 114. A box of which less than a quarter is left, or a side of less than 3 pixels,
// becomes kIgnored; what is out of sight is left out. Requires one or four pictures that are not empty.
LabelledPicture place(std::span<const LabelledPicture> pictures, const PlacingOptions& options, core::Rng& rng);

struct Degradation {
  double gamma = 1;            // exp(U(−0.4, 0.4)); above 1 darkens
  double contrast = 1;         // U(0.75, 1.25), about mid-grey
  double gains[3] = {1, 1, 1}; // of blue, green and red: U(0.9, 1.1)
  bool grey = false;           // with probability 0.1, as cameras see at night
  double light = 1;            // with probability 0.15, U(0.2, 0.6): too little of it, and the noise that comes with it
  double blur_sigma_px = 0;    // with probability 0.25, U(0.4, 1.6)
  double shrink = 1;           // with probability 0.2, U(1.3, 2.5): through a smaller picture
  double noise_sigma = 0;      // with probability 0.3, U(1, 10) of 255 levels
  int block_step = 0;          // with probability 0.3, 4–24: coarseness of the block transform, as strong JPEG has it; 0: none
};

Degradation draw_degradation(core::Rng& rng);

// In the order of the fields, but for light and noise, which come before blocks. `rng` draws the noise.
void degrade(Picture& picture, const Degradation& how, core::Rng& rng);

}  // namespace vigil::learn
