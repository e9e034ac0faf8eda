// Segment: a stretch of a live stream in a file of its own. What SegmentFeed writes and SegmentRing keeps; used only inside
// this room.
#pragma once

#include <cstdint>
#include <vector>

#include "core/time.h"

namespace vigil::media {

struct Segment {
  core::MediaTime first_dts;          // the time that zero in the file stands for
  core::MediaTime begin;              // of the first picture
  core::MediaTime end;                // of what is safely in the file; `begin` as long as that is nothing
  std::vector<core::MediaTime> keys;  // presentation times of the key frames, rising
  std::uint64_t bytes = 0;
};

}  // namespace vigil::media
