// Which stretch of a clip is shown: one at random in training, several spread over the clip when measuring.
//
//   ClipWindow shown = random_window(duration, length, rng);        // a new one each epoch
//   ClipWindow third = uniform_window(duration, length, 2, 4);      // the third of four
//
// A clip shorter than the window is shown whole. Free of torch.
#pragma once

#include "core/random.h"
#include "core/time.h"

namespace vigil::learn {

struct ClipWindow {
  core::MediaTime begin;
  core::MediaTime end;
};

// Begins uniformly in [0, duration − length].
ClipWindow random_window(core::MediaDuration duration, core::MediaDuration length, core::Rng& rng);

// Window `index` of `count` that begin at equal distances, the first at the clip's start, the last so that it ends with the
// clip; one alone lies in the middle. They overlap where the clip is short. Requires 0 <= index < count.
ClipWindow uniform_window(core::MediaDuration duration, core::MediaDuration length, int index, int count);

}  // namespace vigil::learn
