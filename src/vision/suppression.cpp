#include "vision/suppression.h"

#include <algorithm>
#include <tuple>

namespace vigil::vision {

using core::Detection;

bool is_surer(const Detection& a, const Detection& b) {
  const auto key = [](const Detection& d) {
    return std::tuple(-d.score, d.class_id, d.box.left, d.box.top, d.box.width, d.box.height);
  };
  return key(a) < key(b);
}

void suppress_overlaps(std::vector<Detection>& detections, float max_iou) {
  std::ranges::sort(detections, is_surer);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < detections.size(); ++i) {
    const Detection candidate = detections[i];
    const bool stays = std::none_of(
        detections.begin(), detections.begin() + static_cast<std::ptrdiff_t>(kept), [&](const Detection& surer) {
          return surer.class_id == candidate.class_id && core::iou(surer.box, candidate.box) > max_iou;
        });
    if (stays) detections[kept++] = candidate;
  }
  detections.resize(kept);
}

}  // namespace vigil::vision
