// A Frame of any format as a yuv420p picture of its own, for encoders. Used only inside this room. Callable from any thread.
#pragma once

#include "core/result.h"
#include "media/av.h"
#include "media/frame.h"

namespace vigil::media {

enum class Range { kStudio, kFull };  // luma 16–235, or 0–255

// Same size as `frame`, in its own colour matrix; a copy that may be written to. Errors: kUnsupported, kInternal.
core::Result<AvPtr<AVFrame>> to_yuv420p(const Frame& frame, Range range);

}  // namespace vigil::media
