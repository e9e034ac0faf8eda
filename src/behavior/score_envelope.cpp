#include "behavior/score_envelope.h"

#include <algorithm>

#include "core/check.h"

namespace vigil::behavior {
namespace {

void join(EnvelopePoint& point, const EnvelopePoint& next) {
  point.end = next.end;
  point.low = std::min(point.low, next.low);
  point.sum += next.sum;
  point.windows += next.windows;
  if (next.highest.score > point.highest.score) point.highest = next.highest;
}

}  // namespace

ScoreEnvelope::ScoreEnvelope(std::size_t max_points) : max_points_(max_points) {
  VIGIL_CHECK(max_points >= 2 && max_points % 2 == 0, "points of an envelope are joined in pairs");
}

void ScoreEnvelope::push(const core::ScoredWindow& window) {
  const EnvelopePoint point{
      .begin = window.begin, .end = window.end, .low = window.score, .sum = window.score, .windows = 1, .highest = window};
  if (!points_.empty() && points_.back().windows < windows_per_point_) {
    join(points_.back(), point);
    return;
  }
  if (points_.size() == max_points_) {
    for (std::size_t pair = 0; pair < max_points_ / 2; ++pair) {
      EnvelopePoint joined = points_[2 * pair];
      join(joined, points_[2 * pair + 1]);
      points_[pair] = joined;
    }
    points_.resize(max_points_ / 2);
    windows_per_point_ *= 2;
  }
  points_.push_back(point);
}

}  // namespace vigil::behavior
