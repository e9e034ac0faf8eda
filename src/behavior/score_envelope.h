// ScoreEnvelope: the shape of a score over time in a bounded number of points, however long the stream.
//
//   ScoreEnvelope envelope(2000);
//   envelope.push(window);
//   for (const EnvelopePoint& point : envelope.points()) draw(point.begin, point.end, point.low, point.highest.score);
//
// Neighbours are joined as core/bounded_curve.h says: no peak and no dip is lost, only its exact place inside a point.
// One thread at a time; constant memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/bounded_curve.h"
#include "core/event.h"

namespace vigil::behavior {

struct EnvelopePoint {
  core::MediaTime begin;       // of the first window
  core::MediaTime end;         // of the last window
  double low = 0;              // lowest score
  double sum = 0;              // of the scores
  std::uint64_t windows = 0;   // joined in this point
  core::ScoredWindow highest;  // the window with the highest score, the earliest of equals

  void join(const EnvelopePoint& next);
};

class ScoreEnvelope {
 public:
  // Requires max_points >= 2 and even.
  explicit ScoreEnvelope(std::size_t max_points) : curve_(max_points) {}

  // Windows in rising order of time.
  void push(const core::ScoredWindow& window);

  // At most max_points, in rising order of time.
  const std::vector<EnvelopePoint>& points() const { return curve_.points(); }

 private:
  core::BoundedCurve<EnvelopePoint> curve_;
};

}  // namespace vigil::behavior
