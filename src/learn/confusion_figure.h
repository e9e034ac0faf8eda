// draw_confusion: a confusion matrix as a picture, for TensorBoard.
//
//   Figure figure = draw_confusion(scores.confusion, {"non-violence", "violence"});
//   auto png = media::encode_png(figure.rgb, figure.width_px, figure.height_px);
//
// Callable from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "learn/metrics.h"

namespace vigil::learn {

struct ClassNames {
  std::string negative;
  std::string positive;
};

struct Figure {
  std::vector<std::uint8_t> rgb;  // height × width × 3
  int width_px = 0;
  int height_px = 0;
};

// Rows are what the clips show, columns what the network said; a cell's depth is its share of the row. The drawing font has
// only ASCII: other characters of the names appear as '?'.
Figure draw_confusion(const ConfusionMatrix& confusion, const ClassNames& names);

}  // namespace vigil::learn
