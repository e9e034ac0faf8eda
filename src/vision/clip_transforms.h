// The source document's clip transforms, one by one, in plain torch; composable. The reference that the fast path
// (vision/fused_clip.h) is measured against, and the place to read what each transform means.
//
//   ClipTransform transform = compose({uniform_temporal_subsample(10), divide_by_255(), normalize(mean, stddev),
//                                      random_short_side_scale(248, 256), center_crop(112), random_horizontal_flip(0.5)});
//   torch::Tensor clip = transform(frames_to_tensor(frames), rng);   // [3, 10, 112, 112]
//
// A clip is [C, T, H, W]. Every draw comes from the Rng passed in, so one seed gives one result. Transforms hold no state
// and may be called from several threads, each with its own Rng.
#pragma once

#include <array>
#include <functional>
#include <span>
#include <vector>

#include <torch/types.h>

#include "core/random.h"
#include "media/frame.h"
#include "vision/clip_input.h"

namespace vigil::vision {

using ClipTransform = std::function<torch::Tensor(torch::Tensor clip, core::Rng& rng)>;

ClipTransform compose(std::vector<ClipTransform> transforms);

// Frames at linspace(0, T − 1, count) truncated to whole numbers.
ClipTransform uniform_temporal_subsample(int count);

// To float32 in [0, 1].
ClipTransform divide_by_255();

// (x − mean) / stddev for each channel.
ClipTransform normalize(std::array<float, 3> mean, std::array<float, 3> stddev);

// Bilinear (corners not aligned, no anti-aliasing) to a shorter side drawn from min_px … max_px.
ClipTransform random_short_side_scale(int min_px, int max_px);

ClipTransform center_crop(int size_px);

ClipTransform random_horizontal_flip(double probability);

// The document's line of all of the above, for training on `input`.
ClipTransform training_transform(const ClipInput& input);

// Frames of one size → [3, T, H, W] uint8 RGB. I420 is converted with the frame's own matrix and range, chroma repeated.
// Requires at least one frame, all of kI420 or kRgb24.
torch::Tensor frames_to_tensor(std::span<const media::Frame> frames);

}  // namespace vigil::vision
