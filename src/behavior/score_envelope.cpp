#include "behavior/score_envelope.h"

#include <algorithm>

namespace vigil::behavior {

void EnvelopePoint::join(const EnvelopePoint& next) {
  end = next.end;
  low = std::min(low, next.low);
  sum += next.sum;
  windows += next.windows;
  if (next.highest.score > highest.score) highest = next.highest;
}

void ScoreEnvelope::push(const core::ScoredWindow& window) {
  curve_.push(
      {.begin = window.begin, .end = window.end, .low = window.score, .sum = window.score, .windows = 1, .highest = window});
}

}  // namespace vigil::behavior
