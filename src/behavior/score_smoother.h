// ScoreSmoother: takes ScoredWindows, gives the same windows with each score replaced by the mean of its neighbours in time.
//
//   ScoreSmoother smoother(MediaDuration::from_seconds(1));
//   for (const ScoredWindow& smooth : smoother.push(raw)) detector.push(smooth);
//   for (const ScoredWindow& smooth : smoother.finish()) detector.push(smooth);
//
// Neighbours of a window are those whose middle lies at most half of `span` from its own; at both ends of the stream and
// beside gaps there are fewer. A window comes out as soon as no later one can be its neighbour; with a span of zero at once.
// One thread at a time; holds the windows of one span.
#pragma once

#include <deque>
#include <vector>

#include "core/event.h"

namespace vigil::behavior {

class ScoreSmoother {
 public:
  // Requires span >= 0.
  explicit ScoreSmoother(core::MediaDuration span);

  // Windows in strictly rising order of their middles.
  std::vector<core::ScoredWindow> push(const core::ScoredWindow& window);

  // What is still held; nothing may be pushed afterwards.
  std::vector<core::ScoredWindow> finish();

 private:
  core::ScoredWindow smoothed_front() const;
  void forget_old();

  core::MediaDuration half_span_;
  std::deque<core::ScoredWindow> windows_;
  std::size_t next_ = 0;  // index in windows_ of the first one that has not come out
};

// The middle of a window's time span.
core::MediaTime middle(const core::ScoredWindow& window);

}  // namespace vigil::behavior
