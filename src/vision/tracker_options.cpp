#include "vision/tracker_options.h"

#include <format>

namespace vigil::vision {
namespace {

core::Status invalid(std::string_view name, double value, std::string_view allowed) {
  return core::fail(core::ErrorCode::kInvalidArgument, std::format("{} = {}: must lie {}", name, value, allowed));
}

}  // namespace

core::Status TrackerOptions::validate() const {
  const auto within = [](double value, double least, double most) { return value >= least && value <= most; };
  if (!within(min_score, 0, 1)) return invalid("min-score", min_score, "in 0 to 1");
  if (!within(min_new_score, 0, 1)) return invalid("min-new-score", min_new_score, "in 0 to 1");
  if (!within(min_low_score, 0, min_score)) {
    return invalid("min-low-score", min_low_score, std::format("in 0 to min-score ({})", min_score));
  }
  if (!within(n_init, 1, 100)) return invalid("n-init", n_init, "in 1 to 100 frames");
  if (!within(max_age.seconds(), 0, 600)) return invalid("max-age", max_age.seconds(), "in 0 to 600 s");
  if (!(min_iou > 0 && min_iou <= 1)) return invalid("min-iou", min_iou, "above 0 and at most 1");
  if (!(min_low_score_iou > 0 && min_low_score_iou <= 1)) {
    return invalid("min-low-score-iou", min_low_score_iou, "above 0 and at most 1");
  }
  if (!(gate > 0)) return invalid("gate", gate, "above 0");
  if (!(max_cosine_distance > 0 && max_cosine_distance <= 2)) {
    return invalid("max-cosine-distance", max_cosine_distance, "above 0 and at most 2");
  }
  if (!within(lambda, 0, 1)) return invalid("lambda", lambda, "in 0 to 1");
  if (!within(appearance_weight, 0, 10)) return invalid("appearance_weight", appearance_weight, "in 0 to 10");
  if (!within(gallery_budget, 1, 10000)) return invalid("gallery-budget", gallery_budget, "in 1 to 10000");
  if (!within(motion_weight, 0, 10)) return invalid("motion-weight", motion_weight, "in 0 to 10");
  if (!within(momentum, 0, 1)) return invalid("momentum", momentum, "in 0 to 1");
  if (!(momentum_span > core::MediaDuration() && momentum_span.seconds() <= 10)) {
    return invalid("momentum-span", momentum_span.seconds(), "above 0 and at most 10 s");
  }
  if (!within(max_people, 1, 2000)) return invalid("max-people", max_people, "in 1 to 2000");
  return noise.validate();
}

}  // namespace vigil::vision
