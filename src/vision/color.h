// The numbers of YUV → RGB conversion: R = luma·(Y − offset) + v_to_r·(V − 128), and so on; results in 0–255.
#pragma once

#include "media/frame.h"

namespace vigil::vision {

struct YuvToRgb {
  float offset = 0;
  float luma = 1;
  float v_to_r = 0;
  float u_to_g = 0;
  float v_to_g = 0;
  float u_to_b = 0;
};

// ITU-R BT.601, BT.709 and BT.2020 (non-constant luminance), limited or full range, 8 bit.
YuvToRgb yuv_to_rgb(media::ColorMatrix matrix, bool full_range);

}  // namespace vigil::vision
