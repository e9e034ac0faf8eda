#include "behavior/stay.h"

#include <cmath>

namespace vigil::behavior {

bool Stay::holds(core::MediaTime begin, core::MediaTime end, double x_px, double y_px, double height_px) {
  if (!until_ || begin > *until_ + forgiven_) {
    places_ = 0;
  } else if (std::hypot(x_px - mean_x_, y_px - mean_y_) > radius_ * height_px) {
    return false;
  }
  ++places_;
  const auto places = static_cast<double>(places_);
  mean_x_ = places == 1 ? x_px : mean_x_ + (x_px - mean_x_) / places;
  mean_y_ = places == 1 ? y_px : mean_y_ + (y_px - mean_y_) / places;
  until_ = end;
  return true;
}

}  // namespace vigil::behavior
