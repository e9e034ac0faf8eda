#include "vision/color.h"

namespace vigil::vision {
namespace {

struct LumaWeights {
  double red;
  double blue;
};

LumaWeights luma_weights(media::ColorMatrix matrix) {
  switch (matrix) {
    case media::ColorMatrix::kBt709: return {0.2126, 0.0722};
    case media::ColorMatrix::kBt2020: return {0.2627, 0.0593};
    case media::ColorMatrix::kBt601: break;
  }
  return {0.299, 0.114};
}

}  // namespace

YuvToRgb yuv_to_rgb(media::ColorMatrix matrix, bool full_range) {
  const auto [red, blue] = luma_weights(matrix);
  const double green = 1 - red - blue;
  const double chroma = full_range ? 1.0 : 255.0 / 224;
  YuvToRgb out;
  out.offset = full_range ? 0 : 16;
  out.luma = static_cast<float>(full_range ? 1.0 : 255.0 / 219);
  out.v_to_r = static_cast<float>(chroma * 2 * (1 - red));
  out.u_to_b = static_cast<float>(chroma * 2 * (1 - blue));
  out.u_to_g = static_cast<float>(-chroma * 2 * (1 - blue) * blue / green);
  out.v_to_g = static_cast<float>(-chroma * 2 * (1 - red) * red / green);
  return out;
}

}  // namespace vigil::vision
