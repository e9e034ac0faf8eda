#include "media/colors.h"

extern "C" {
#include <libswscale/swscale.h>
}

namespace vigil::media {
namespace {

const int* coefficients(ColorMatrix matrix) {
  switch (matrix) {
    case ColorMatrix::kBt601: return sws_getCoefficients(SWS_CS_ITU601);
    case ColorMatrix::kBt709: return sws_getCoefficients(SWS_CS_ITU709);
    case ColorMatrix::kBt2020: return sws_getCoefficients(SWS_CS_BT2020);
  }
  return sws_getCoefficients(SWS_CS_DEFAULT);
}

}  // namespace

void set_colors(SwsContext& scaler, ColorMatrix matrix, bool full_in, bool full_out) {
  constexpr int kUnity = 1 << 16;
  const int* table = coefficients(matrix);
  sws_setColorspaceDetails(&scaler, table, full_in, table, full_out, 0, kUnity, kUnity);
}

}  // namespace vigil::media
