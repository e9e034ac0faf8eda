// Motion descriptor: takes the grey frames of one window, gives what dense optical flow says of the motion in it. No learned
// weights: violence shows as strong, abrupt and disordered motion, and physical units make it comparable between cameras.
//
//   std::vector<PairMotion> pairs;
//   for (std::size_t i = 1; i < frames.size(); ++i) {
//     FlowField flow = dense_flow.between(frames[i - 1], frames[i], seconds);
//     pairs.push_back(summarise(flow, i > 1 ? &previous : nullptr));
//     previous = std::move(flow);
//   }
//   std::array<float, kMotionDescriptorSize> descriptor = describe_motion(pairs);
//
// Flow is the DIS algorithm (Kroeger, Timofte, Dai, Van Gool, ECCV 2016), taken relative to its median (camera motion) and
// in frame heights per second, so that neither size nor frame rate of the source shows. A DenseFlow belongs to one thread;
// the values are plain.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/box.h"

namespace vigil::vision {

inline constexpr int kMotionWidth = 320;  // frames are shown at this size, whatever the source's is
inline constexpr int kMotionHeight = 240;
inline constexpr int kMotionDescriptorSize = 124;

// One grey frame, kMotionHeight rows of kMotionWidth bytes.
using GreyFrame = std::vector<std::uint8_t>;

// Flow between two frames: x and y interleaved per pixel, in heights of the field's picture per second.
struct FlowField {
  int width = kMotionWidth, height = kMotionHeight;
  std::vector<float> xy;      // height × width × 2
  std::vector<float> change;  // height × width: absolute grey difference, [0, 1]
};

// A part of a flow field as a picture of its own, kZoomWidth × kZoomHeight, in heights of the part per second. `part`: in
// pixels of the field; what lies outside is cut off; at least one pixel must lie inside.
inline constexpr int kZoomWidth = 80;
inline constexpr int kZoomHeight = 60;
FlowField zoom(const FlowField& field, const core::Box& part);

// The same with no grey change in it: all that is needed of the pair before.
FlowField zoom_flow(const FlowField& field, const core::Box& part);

class DenseFlow {
 public:
  DenseFlow();
  ~DenseFlow();

  // `seconds` between the two frames; the same frame twice (0) has no flow.
  FlowField between(const GreyFrame& first, const GreyFrame& second, double seconds);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// What is kept of one pair of frames: 24 histogram bins and 9 quantities on a grid of 16 × 12 cells of 20 pixels.
struct PairMotion {
  static constexpr int kBins = 8;
  static constexpr int kCells = 192;
  enum Quantity { kSpeed, kAcceleration, kGradient, kDivergence, kCurl, kGreyChange, kFlowX, kFlowY, kSpeedSquared };
  static constexpr int kQuantities = 9;

  std::array<float, 3 * kBins> histograms{};  // share of pixels by speed, acceleration, gradient; each 8 bins sum to 1
  std::array<std::array<float, kCells>, kQuantities> cells{};  // row by row
};

// `previous`: the flow of the pair before, of the same size, for the change of velocity; null for a window's first pair,
// whose change is 0.
PairMotion summarise(const FlowField& flow, const FlowField* previous);

// The descriptor of a window from its consecutive pairs of frames, at least 3. Every value is the logarithm of an average:
//   24  the histograms, averaged over time
//   36  of speed, acceleration, gradient, divergence, curl and grey change: the mean over the strongest 2, 8, 24 and all
//       cells, averaged over time (24); the maximum over time for the strongest 2 and 8 (12)
//   48  the same cell means of each quantity's mean over time (24) and standard deviation over time (24)
//   16  incoherence, the speed that cancels out: within a cell, within 2 × 2 cells, over the window, over 3 pairs
std::array<float, kMotionDescriptorSize> describe_motion(const std::vector<PairMotion>& pairs);

}  // namespace vigil::vision
