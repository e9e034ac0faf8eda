// WindowFeatures: takes the frames of windows, gives the numbers that the violence-clip net decides on: what optical flow
// says of the motion, and how the maps of a ResNet trunk change from frame to frame.
//
//   WindowFeatures features(net->trunk());
//   torch::Tensor x = features.compute(windows);   // [windows, kWindowFeatures]
//
// A window is kWindowFrames frames, kWindowInterval apart, decoded to kMotionWidth × kMotionHeight RGB. What windows of a
// call, or of the call before, share (pictures, pairs, triples of them) is computed once; that needs the very same pictures,
// by pixels' address. The result does not depend, to the last bit, on the number of threads, and within 1e-6 on which
// windows share a call. Holds the pictures of the last call. One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include <torch/types.h>

#include "core/box.h"
#include "core/time.h"
#include "media/frame.h"
#include "nets/resnet_trunk.h"
#include "nets/violence_clip.h"
#include "vision/motion_descriptor.h"
#include "vision/window_rate.h"

namespace vigil::vision {

inline constexpr int kWindowFeatures = nets::ViolenceClipNet::kFeatures;
static_assert(nets::ViolenceClipNet::kMotionFeatures == kMotionDescriptorSize);

// A picture of kMotionHeight rows of kMotionWidth pixels R, G, B; copies share the pixels.
struct TimedPicture {
  core::MediaTime time;
  std::shared_ptr<const std::vector<std::uint8_t>> rgb;
};

using PictureWindow = std::vector<TimedPicture>;

// Copies the pixels out of an RGB frame of kMotionWidth × kMotionHeight.
TimedPicture to_picture(const media::Frame& frame);

class WindowFeatures {
 public:
  explicit WindowFeatures(nets::ResnetTrunk trunk);
  ~WindowFeatures();
  WindowFeatures(WindowFeatures&&) noexcept;
  WindowFeatures& operator=(WindowFeatures&&) noexcept;

  // `windows`: each kWindowFrames pictures in order of time; a picture may repeat. Columns: the motion descriptor, then for
  // each of the trunk's 512 maps the logarithm of its change (mean over time of the mean over the strongest tenth of
  // positions of |f(t+1) − f(t)|), then of its jerkiness (the same of |f(t+1) − 2 f(t) + f(t−1)|).
  torch::Tensor compute(const std::vector<PictureWindow>& windows);

  // The same numbers for a part of the picture that may move, such as a person: [regions, kWindowFeatures]. Flow counts in
  // heights of the part per second, so that near and far people are alike. Requires a window of the latest compute(). For
  // each region its box at each picture, in shares of the picture's width and height, none empty.
  using RegionPath = std::array<core::Box, kWindowFrames>;
  torch::Tensor compute_regions(const PictureWindow& window, const std::vector<RegionPath>& regions) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::vision
