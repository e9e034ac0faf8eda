// MomentSmoother: a ScoreSmoother for scenes with people: each person's score becomes the mean over the neighbouring windows
// in which that person was there.
//
//   MomentSmoother smoother(MediaDuration::from_seconds(1));
//   for (const ScoredMoment& smooth : smoother.push(raw)) events.push(smooth);
//
// Moments come out as windows come out of a ScoreSmoother. One thread at a time; holds the moments of one span.
#pragma once

#include <deque>
#include <vector>

#include "behavior/score_smoother.h"
#include "core/event.h"

namespace vigil::behavior {

class MomentSmoother {
 public:
  // Requires span >= 0.
  explicit MomentSmoother(core::MediaDuration span);

  // Moments in strictly rising order of their windows' middles.
  std::vector<core::ScoredMoment> push(const core::ScoredMoment& moment);

  // What is still held; nothing may be pushed afterwards.
  std::vector<core::ScoredMoment> finish();

 private:
  std::vector<core::ScoredMoment> with_people(const std::vector<core::ScoredWindow>& smoothed);

  core::MediaDuration half_span_;
  ScoreSmoother scene_;
  std::deque<core::ScoredMoment> moments_;
  std::size_t next_ = 0;  // index in moments_ of the first one that has not come out
};

}  // namespace vigil::behavior
