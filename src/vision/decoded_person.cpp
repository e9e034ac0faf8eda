#include "vision/decoded_person.h"

namespace vigil::vision {

core::PersonPose in_frame(const DecodedPerson& person, float cell_px, const Letterbox& letterbox, const PixelRect& part) {
  const core::Box& cells = person.box;
  core::PersonPose out{.box = letterbox.to_frame({.left = cells.left * cell_px,
                                                  .top = cells.top * cell_px,
                                                  .width = cells.width * cell_px,
                                                  .height = cells.height * cell_px},
                                                 part),
                       .score = person.score,
                       .pose = person.pose};
  const float scale = letterbox.scale(part) * cell_px;
  for (core::PosePoint& point : out.pose.points) {
    point.x = point.x * scale + static_cast<float>(part.left);
    point.y = point.y * scale + static_cast<float>(part.top);
  }
  return out;
}

}  // namespace vigil::vision
