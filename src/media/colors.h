// How swscale is told about colour matrices and ranges. Used only inside this room.
#pragma once

#include "media/frame.h"

struct SwsContext;

namespace vigil::media {

// `full_in` and `full_out`: YUV values span 0–255 instead of 16–235 (chroma 16–240).
void set_colors(SwsContext& scaler, ColorMatrix matrix, bool full_in, bool full_out);

}  // namespace vigil::media
