#include "vision/suppression.h"

#include <algorithm>
#include <tuple>

namespace vigil::vision {
namespace {

using core::Detection;

bool is_surer(const Detection& a, const Detection& b) {
  const auto key = [](const Detection& d) {
    return std::tuple(-d.score, d.class_id, d.box.left, d.box.top, d.box.width, d.box.height);
  };
  return key(a) < key(b);
}

template <typename Overlap>
void keep_surest(std::vector<Detection>& detections, float limit, Overlap overlap) {
  std::ranges::sort(detections, is_surer);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < detections.size(); ++i) {
    const Detection candidate = detections[i];
    const bool stays = std::none_of(
        detections.begin(), detections.begin() + static_cast<std::ptrdiff_t>(kept), [&](const Detection& surer) {
          return surer.class_id == candidate.class_id && overlap(surer.box, candidate.box) > limit;
        });
    if (stays) detections[kept++] = candidate;
  }
  detections.resize(kept);
}

}  // namespace

void suppress_overlaps(std::vector<Detection>& detections, float max_iou) { keep_surest(detections, max_iou, core::iou); }

void suppress_fragments(std::vector<Detection>& detections, float max_cover) {
  keep_surest(detections, max_cover, [](const core::Box& a, const core::Box& b) {
    const float smaller = std::min(a.area(), b.area());
    return smaller > 0 ? core::intersection(a, b).area() / smaller : 0.0F;
  });
}

}  // namespace vigil::vision
