// FrameRate: says which frames of a stream keep a lower rate than its own.
//
//   FrameRate rate(10);
//   if (rate.due(frame.pts())) look_at(frame);
//
// A frame is due when the time of the last due one plus 1/rate has come; after a gap the count begins anew. Frame rates that
// are no multiple keep the rate on average. One thread at a time.
#pragma once

#include <optional>

#include "core/time.h"

namespace vigil::media {

class FrameRate {
 public:
  // Requires above 0.
  explicit FrameRate(double fps) : FrameRate(core::MediaDuration::from_seconds(1 / fps)) {}
  // Frames so far apart. Requires 0 or more; 0: every frame is due.
  explicit FrameRate(core::MediaDuration interval) : interval_(interval) {}

  // Requires times that rise.
  bool due(core::MediaTime time) {
    // Timestamps are rounded: a frame a hair early is the one that was due.
    constexpr auto kHair = core::MediaDuration::from_us(2000);
    if (next_ && time + kHair < *next_) return false;
    next_ = (next_ && time - *next_ < interval_ ? *next_ : time) + interval_;
    return true;
  }

 private:
  core::MediaDuration interval_;
  std::optional<core::MediaTime> next_;
};

}  // namespace vigil::media
