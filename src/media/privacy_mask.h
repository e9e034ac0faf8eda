// PrivacyMask: parts of the picture that nobody may see; painted over in all that the writers write.
//
//   const PrivacyMask mask{.regions = {neighbours_window}};
//   write_jpeg(frame, "poster.jpg", {.mask = mask});
//   cut_clip("street.mp4", range, "clip.mp4", {.mask = mask});
//   auto hidden = masked(frame, mask);                          // for all else
//
// Painted over in one grey, not blurred or made coarse: of what moves, those can be undone. Plain value; callable from any
// thread.
#pragma once

#include <vector>

#include "core/region.h"
#include "core/result.h"
#include "media/frame.h"

namespace vigil::media {

struct PrivacyMask {
  // In shares of the picture as it is shown; of a frame that is a part of another (crop.h), mask the whole one first.
  std::vector<core::Region> regions = std::vector<core::Region>();
};

// A copy with every pixel painted over whose middle lies in one of the regions; the frame itself where there are none.
// Errors: kInvalidArgument (no picture), kInternal.
core::Result<Frame> masked(const Frame& frame, const PrivacyMask& mask);

}  // namespace vigil::media
