// Random changes to the pictures of one window, held over the window, so that training sees other cameras than it has:
// speed, framing, resolution, sharpness, exposure, noise, mirror image.
//
//   WindowChange change = draw_change(rng);
//   PictureWindow seen = apply(change, window, rng);   // window taken at kWindowInterval × change.speed
//
// Plain values; safe from any thread.
#pragma once

#include "core/random.h"
#include "vision/window_features.h"

namespace vigil::vision {

struct WindowChange {
  double speed = 1;        // exp(U(−0.15, 0.15)); 1.1: everything happens a tenth faster
  double crop_height = 1;  // U(0.7, 1) of the picture
  double crop_width = 1;   // crop_height × U(0.93, 1)
  double crop_x = 0;       // [0, 1] of the room left over
  double crop_y = 0;
  double gamma = 1;             // exp(U(−0.35, 0.35))
  double contrast = 1;          // U(0.75, 1.25), about mid-grey
  bool low_resolution = false;  // with probability 0.3, through 176 × 132
  double blur_sigma_px = 0;     // with probability 0.3, U(0.5, 1.2)
  double noise_sigma = 0;       // with probability 0.5, U(0, 5) of 255 grey levels
  bool mirrored = false;        // with probability 0.5
};

WindowChange draw_change(core::Rng& rng);

// Times are divided by the speed. `rng` draws the noise.
PictureWindow apply(const WindowChange& change, const PictureWindow& window, core::Rng& rng);

}  // namespace vigil::vision
