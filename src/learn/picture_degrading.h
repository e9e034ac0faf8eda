// Random changes to what a picture looks like, so that a detector sees other cameras than it is trained on: light, colour,
// sharpness, noise, compression.
//
//   degrade(picture, draw_degradation(rng), rng);
//
// Plain values; safe from any thread.
#pragma once

#include "core/random.h"
#include "learn/picture_placing.h"

namespace vigil::learn {

struct Degradation {
  double gamma = 1;             // exp(U(−0.4, 0.4)); above 1 darkens
  double contrast = 1;          // U(0.75, 1.25), about mid-grey
  double gains[3] = {1, 1, 1};  // of blue, green and red: U(0.9, 1.1)
  bool grey = false;            // with probability 0.1, as cameras see at night
  double light = 1;             // with probability 0.15, U(0.2, 0.6): too little of it
  double blur_sigma_px = 0;     // with probability 0.25, U(0.4, 1.6)
  double shrink = 1;            // with probability 0.2, U(1.3, 2.5): through a smaller picture
  double noise_sigma = 0;       // with probability 0.3, U(1, 10) of 255 levels
  int block_step = 0;  // with probability 0.3, 4–24: coarseness of the block transform, as strong JPEG has it; 0: none
};

Degradation draw_degradation(core::Rng& rng);

// Grey, blur, the smaller picture, exposure (gamma, contrast, gains, light), noise, blocks. `rng` draws the noise.
void degrade(Picture& picture, const Degradation& how, core::Rng& rng);

}  // namespace vigil::learn
