#include "vision/live_track.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace vigil::vision {
namespace {

constexpr int kMostReUpdateSteps = 64;
constexpr std::size_t kMostRecent = 32;

// The filter is set to bridge gaps and lags a little behind; boxes to be looked at lie this much closer to the detection.
constexpr float kDetectionShare = 0.25F;

// The way from `from` to `to`, corner by corner.
core::Box between(const core::Box& from, const core::Box& to, float share) {
  const auto mix = [&](float a, float b) { return a + (b - a) * share; };
  return {.left = mix(from.left, to.left),
          .top = mix(from.top, to.top),
          .width = mix(from.width, to.width),
          .height = mix(from.height, to.height)};
}

}  // namespace

LiveTrack::LiveTrack(std::int64_t id, core::MediaTime time, const core::Detection& first, std::size_t index,
                     const TrackerOptions& options)
    : options_(&options),
      track_{.id = id,
             .state = options.n_init <= 1 ? core::TrackState::kConfirmed : core::TrackState::kTentative,
             .box = first.box,
             .time = time,
             .first_seen = time,
             .last_seen = time,
             .score = first.score,
             .detection = index},
      filter_(first.box, options.noise),
      filter_when_seen_(filter_),
      gallery_(static_cast<std::size_t>(options.gallery_budget)),
      recent_{{.time = time, .box = first.box}} {
  recent_.reserve(kMostRecent + 1);
}

void LiveTrack::predict(core::MediaTime time) {
  const double seconds = (time - track_.time).seconds();
  track_.time = time;
  track_.detection.reset();
  if (!options_->motion) return;
  if (missed_frames_ == 0) {
    filter_.predict(seconds);
  } else {
    filter_.coast(seconds);
  }
  track_.box = filter_.box();
}

void LiveTrack::match(const core::Detection& detection, std::size_t index) {
  if (options_->motion) update_filter(detection.box);
  track_.box = options_->motion ? between(filter_.box(), detection.box, kDetectionShare) : detection.box;
  track_.last_seen = track_.time;
  track_.score = detection.score;
  track_.detection = index;
  missed_frames_ = 0;
  ++hits_;
  if (track_.state == core::TrackState::kLost || hits_ >= options_->n_init) track_.state = core::TrackState::kConfirmed;
  recent_.push_back({.time = track_.time, .box = detection.box});
  const auto stale = [&] {
    return track_.time - recent_[1].time >= options_->momentum_span || recent_.size() > kMostRecent;
  };
  while (recent_.size() > 2 && stale()) recent_.erase(recent_.begin());
}

void LiveTrack::update_filter(const core::Box& box) {
  if (missed_frames_ > 0 && options_->re_update) {
    // The line between the two detections in place of what was predicted while nobody looked: errors of the course add up in
    // a gap and would otherwise stay in the velocity (Cao et al. 2023, observation-centric re-update).
    const int steps = std::min(missed_frames_ + 1, kMostReUpdateSteps);
    const double step = (track_.time - recent_.back().time).seconds() / steps;
    filter_ = filter_when_seen_;
    for (int i = 1; i < steps; ++i) {
      filter_.predict(step);
      filter_.update(between(recent_.back().box, box, static_cast<float>(i) / static_cast<float>(steps)));
    }
    filter_.predict(step);
  }
  filter_.update(box);
  filter_when_seen_ = filter_;
}

void LiveTrack::miss() {
  ++missed_frames_;
  const bool given_up = track_.time - track_.last_seen > options_->max_age;
  track_.state =
      track_.state == core::TrackState::kTentative || given_up ? core::TrackState::kDeleted : core::TrackState::kLost;
}

double LiveTrack::turn_towards(const core::Box& box) const {
  const core::Box& from = recent_.front().box;
  const core::Box& now = recent_.back().box;
  const double course_x = now.center_x() - from.center_x();
  const double course_y = now.center_y() - from.center_y();
  const double way_x = box.center_x() - from.center_x();
  const double way_y = box.center_y() - from.center_y();
  const double lengths = std::hypot(course_x, course_y) * std::hypot(way_x, way_y);
  if (!(lengths > 0)) return 0.5;
  return std::acos(std::clamp((course_x * way_x + course_y * way_y) / lengths, -1.0, 1.0)) / std::numbers::pi;
}

}  // namespace vigil::vision
