// Which frames stand for a steady clock: for windows that are shown at fixed intervals whatever the frame rate.
//
//   std::vector<std::size_t> chosen = nearest_frames(times, begin, {.interval = MediaDuration::from_us(125'000), .count =
//   16});
//
// For each of the `count` times begin, begin + interval, … the index of the frame whose pts lies nearest, the earlier one of
// two that are equally near. Before the first and after the last frame those repeat. Pure; callable from any thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/time.h"

namespace vigil::media {

struct SteadyClock {
  core::MediaDuration interval;  // above 0
  int count = 1;                 // at least 1
};

// Requires at least one time; `times` rise.
std::vector<std::size_t> nearest_frames(std::span<const core::MediaTime> times, core::MediaTime begin,
                                        const SteadyClock& clock);

}  // namespace vigil::media
