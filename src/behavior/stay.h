// Stay: takes where one person stands over time, says whether they are still where they were.
//
//   Stay stay(2, MediaDuration::from_seconds(5));
//   if (stay.holds(frame.time, frame.end, x, y, body_height)) still_here();
//
// A stay is a circle of `radius` body heights around the mean of all places at which the person was during it. Who leaves it
// for at most `forgiven` and comes back has stayed; after longer, another stay begins where the person is then. So the
// circle follows who settles, and who walks on leaves it behind. One thread at a time; constant memory.
#pragma once

#include <cstdint>
#include <optional>

#include "core/time.h"

namespace vigil::behavior {

class Stay {
 public:
  // Requires radius > 0 and forgiven >= 0.
  Stay(double radius, core::MediaDuration forgiven) : radius_(radius), forgiven_(forgiven) {}

  // The person stands at that place, in pixels, from `begin` until `end`. In rising order of time. Requires height_px > 0.
  bool holds(core::MediaTime begin, core::MediaTime end, double x_px, double y_px, double height_px);

 private:
  double radius_;
  core::MediaDuration forgiven_;
  double mean_x_ = 0;
  double mean_y_ = 0;
  std::uint64_t places_ = 0;
  std::optional<core::MediaTime> until_;  // end of the last frame in the circle
};

}  // namespace vigil::behavior
