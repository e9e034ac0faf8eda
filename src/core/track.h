// Track: one person at one moment, under an identity that stays the same from frame to frame. Plain value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/box.h"
#include "core/time.h"

namespace vigil::core {

enum class TrackState {
  kTentative,  // too new to be believed; may still turn out to be a false detection
  kConfirmed,  // believed, and seen in this frame
  kLost,       // believed, but not seen in this frame; the box is where the person should be
  kDeleted,    // not seen for too long, or never believed; given once in this state, then never again
};

struct Track {
  std::int64_t id = 0;  // from 1, in the order in which tracks begin; never used twice
  TrackState state = TrackState::kTentative;
  Box box;                               // as filtered, in pixels of the frame
  MediaTime time;                        // of the frame
  MediaTime first_seen;                  // of the first detection
  MediaTime last_seen;                   // of the latest detection
  float score = 0;                       // of the latest detection, [0, 1]
  std::optional<std::size_t> detection;  // which of this frame's detections it is; nothing when not seen in it
};

}  // namespace vigil::core
