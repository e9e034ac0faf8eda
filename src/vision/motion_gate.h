// MotionGate: says of each Frame whether anything moved since the last one that was looked at, so that still scenes cost no
// detection.
//
//   MotionGate gate;
//   if (gate.moved(frame)) people = find(frame);   // else what was found last still stands where it stood
//
// Means of luma over blocks are compared with those of the last frame that moved: slow drift adds up until it counts; grain
// averages out, and a block must change by far more than most do. What is compared does not depend on timing. One thread at
// a time.
#pragma once

#include <cstdint>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "media/frame.h"

namespace vigil::vision {

struct MotionGateOptions {
  int blocks = 96;        // [8, 512] across the longer side; more sees smaller things, and more grain
  double min_change = 5;  // (0, 255] levels that a block's mean must change by; more overlooks faint movement
  int min_blocks = 2;     // at least 1, that must change; more overlooks small things
  core::MediaDuration max_still = core::MediaDuration::from_seconds(2);  // a frame this long after the last counts as moved

  core::Status validate() const;  // kInvalidArgument
};

class MotionGate {
 public:
  // Requires valid options.
  explicit MotionGate(const MotionGateOptions& options = {}) : options_(options) {}

  // Requires I420 or grey frames in rising order of time. The first frame, and the first of another size, moved.
  bool moved(const media::Frame& frame);

 private:
  void measure(const media::Frame& frame);
  int count_changed();

  MotionGateOptions options_;
  int width_px_ = 0, height_px_ = 0;
  core::MediaTime looked_at_;
  std::vector<float> means_;      // of this frame
  std::vector<float> reference_;  // of the last that moved
  std::vector<std::uint32_t> sums_;
  std::vector<float> changes_, sorted_;
};

}  // namespace vigil::vision
