// The fast path from frames to a network's input: bilinear scaling, centre crop, flip and normalisation in one pass over
// only those source pixels that the crop touches. No torch, no full-size RGB.
//
//   std::vector<float> clip(clip_values(input));
//   auto status = fuse_clip(frames, input, draw_geometry(input, rng), clip);    // [3, T, crop, crop]
//
// Equals the composed transforms of vision/clip_transforms.h within 5e-4 (float rounding of source positions). Callable from
// any thread.
#pragma once

#include <cstddef>
#include <span>

#include "core/result.h"
#include "media/frame.h"
#include "vision/clip_geometry.h"
#include "vision/clip_input.h"

namespace vigil::vision {

// 3 × frames × crop × crop.
std::size_t clip_values(const ClipInput& input);

// `frames`: exactly input.frames of them, kI420 or kRgb24, in rising order of time. `out`: clip_values(input) floats.
// Errors: kInvalidArgument (number, format or emptiness of frames).
core::Status fuse_clip(std::span<const media::Frame> frames, const ClipInput& input, const ClipGeometry& geometry,
                       std::span<float> out);

}  // namespace vigil::vision
