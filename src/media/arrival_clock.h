// ArrivalClock: which moment of a clock on the wall a MediaTime of a live stream is.
//
//   ArrivalClock clock;
//   clock.arrived(frame.pts(), steady_clock::now());          // for every frame
//   auto shown = clock.moment_of(event.first_violent);        // steady_clock time
//
// Frames arrive late by a changing delay (network, buffers), never early; so the least delay of the last half to one minute
// says best how the two clocks lie, and the slow drift of a camera's clock is followed. Pure logic; one thread at a time.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "core/time.h"

namespace vigil::media {

class ArrivalClock {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  void arrived(core::MediaTime pts, Moment now) {
    const Moment zero = now - std::chrono::microseconds(pts.us());
    if (!newer_ || now - newer_since_ > kHalfMemory) {
      older_ = newer_;
      newer_ = zero;
      newer_since_ = now;
    }
    if (zero < *newer_) newer_ = zero;
  }

  // The stream begins anew; what was learnt of the old one means nothing.
  void reset() { older_ = newer_ = std::nullopt; }

  // Nothing before the first frame.
  std::optional<Moment> moment_of(core::MediaTime time) const {
    if (!newer_) return std::nullopt;
    return std::min(*newer_, older_.value_or(*newer_)) + std::chrono::microseconds(time.us());
  }

 private:
  static constexpr auto kHalfMemory = std::chrono::seconds(30);

  std::optional<Moment> older_;  // of media time zero, by the least delay of the half minute before
  std::optional<Moment> newer_;  // of this one
  Moment newer_since_;
};

}  // namespace vigil::media
