// How windows are looked at by everything that judges behaviour: so many pictures, so far apart. Plain constants.
#pragma once

#include "core/time.h"

namespace vigil::vision {

inline constexpr int kWindowFrames = 16;
inline constexpr auto kWindowInterval = core::MediaDuration::from_us(125'000);

}  // namespace vigil::vision
