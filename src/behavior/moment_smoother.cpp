#include "behavior/moment_smoother.h"

#include <algorithm>

namespace vigil::behavior {

MomentSmoother::MomentSmoother(core::MediaDuration span) : half_span_(span / 2), scene_(span) {}

std::vector<core::ScoredMoment> MomentSmoother::push(const core::ScoredMoment& moment) {
  moments_.push_back(moment);
  return with_people(scene_.push(moment.window));
}

std::vector<core::ScoredMoment> MomentSmoother::finish() { return with_people(scene_.finish()); }

std::vector<core::ScoredMoment> MomentSmoother::with_people(const std::vector<core::ScoredWindow>& smoothed) {
  std::vector<core::ScoredMoment> out;
  for (const core::ScoredWindow& window : smoothed) {
    core::ScoredMoment moment{.window = window, .people = {}};
    for (const core::PersonScore& person : moments_[next_].people) {
      double sum = 0;
      int count = 0;
      for (const core::ScoredMoment& neighbour : moments_) {
        const core::MediaDuration distance = middle(neighbour.window) - middle(window);
        if (distance > half_span_ || -distance > half_span_) continue;
        const auto same = std::ranges::find(neighbour.people, person.id, &core::PersonScore::id);
        if (same == neighbour.people.end()) continue;
        sum += same->score;
        ++count;
      }
      moment.people.push_back({.id = person.id, .score = sum / count});
    }
    out.push_back(std::move(moment));
    ++next_;
  }
  while (next_ > 0 && next_ < moments_.size() &&
         middle(moments_[next_].window) - middle(moments_.front().window) > half_span_) {
    moments_.pop_front();
    --next_;
  }
  return out;
}

}  // namespace vigil::behavior
