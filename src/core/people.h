// FramePeople: who is in a frame, under identities that last from frame to frame; what the people stage gives and all that
// judge behaviour take. Plain values.
#pragma once

#include <optional>
#include <vector>

#include "core/pose.h"
#include "core/time.h"
#include "core/track.h"

namespace vigil::core {

struct TrackedPerson {
  Track track;
  std::optional<Pose> pose{};        // of this frame; nothing where none was found, or the person is hidden
  std::optional<double> violence{};  // [0, 1] how surely this person takes part in violence; nothing where nobody judged it
  bool violent = false;              // by the thresholds in force (behavior/violence_events.h)
};

struct FramePeople {
  MediaTime time;
  std::vector<TrackedPerson> people;  // by id
};

}  // namespace vigil::core
