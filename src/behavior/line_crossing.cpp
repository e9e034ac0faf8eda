#include "behavior/line_crossing.h"

#include <cmath>

namespace vigil::behavior {

std::optional<CrossedLine> LineCrossing::push(core::MediaTime time, double x, double y, double margin) {
  const Place now = place_at(x, y);
  const bool clear = std::abs(now.beyond) >= margin;
  if (!clear_) {
    if (clear) clear_ = now;
    return std::nullopt;
  }
  if (now.beyond * clear_->beyond >= 0) {
    since_.reset();
    if (clear) clear_ = now;
    return std::nullopt;
  }
  if (!since_) since_ = time;
  if (!clear) return std::nullopt;
  const CrossedLine crossed{.direction = now.beyond > 0 ? LineDirection::kLeftToRight : LineDirection::kRightToLeft,
                            .since = *since_};
  const bool between_ends = meets_line(*clear_, now);
  clear_ = now;
  since_.reset();
  return between_ends ? std::optional(crossed) : std::nullopt;
}

LineCrossing::Place LineCrossing::place_at(double x, double y) const {
  const double along_x = line_.to_x - line_.from_x;
  const double along_y = line_.to_y - line_.from_y;
  // The picture's y grows downwards: who walks to the right has the lower side on their right.
  const double beyond = (along_x * (y - line_.from_y) - along_y * (x - line_.from_x)) / std::hypot(along_x, along_y);
  return {.x = x, .y = y, .beyond = beyond};
}

bool LineCrossing::meets_line(const Place& before, const Place& after) const {
  const double share = before.beyond / (before.beyond - after.beyond);
  const double x = before.x + share * (after.x - before.x) - line_.from_x;
  const double y = before.y + share * (after.y - before.y) - line_.from_y;
  const double along_x = line_.to_x - line_.from_x;
  const double along_y = line_.to_y - line_.from_y;
  const double place = (x * along_x + y * along_y) / (along_x * along_x + along_y * along_y);
  return place >= 0 && place <= 1;
}

}  // namespace vigil::behavior
