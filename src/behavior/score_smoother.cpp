#include "behavior/score_smoother.h"

#include "core/check.h"

namespace vigil::behavior {

core::MediaTime middle(const core::ScoredWindow& window) { return window.begin + (window.end - window.begin) / 2; }

ScoreSmoother::ScoreSmoother(core::MediaDuration span) : half_span_(span / 2) {
  VIGIL_CHECK(span >= core::MediaDuration(), "a smoothing span is not negative");
}

std::vector<core::ScoredWindow> ScoreSmoother::push(const core::ScoredWindow& window) {
  std::vector<core::ScoredWindow> out;
  const auto give_while = [&](auto is_certain) {
    while (next_ < windows_.size() && is_certain(middle(window) - middle(windows_[next_]))) {
      out.push_back(smoothed_front());
      ++next_;
      forget_old();
    }
  };
  give_while([&](core::MediaDuration distance) { return distance > half_span_; });
  windows_.push_back(window);
  // Middles rise: none that comes later is as near as this one.
  give_while([&](core::MediaDuration distance) { return distance == half_span_; });
  return out;
}

std::vector<core::ScoredWindow> ScoreSmoother::finish() {
  std::vector<core::ScoredWindow> out;
  for (; next_ < windows_.size(); ++next_) out.push_back(smoothed_front());
  windows_.clear();
  next_ = 0;
  return out;
}

core::ScoredWindow ScoreSmoother::smoothed_front() const {
  core::ScoredWindow out = windows_[next_];
  double sum = 0;
  int count = 0;
  for (const core::ScoredWindow& window : windows_) {
    const core::MediaDuration distance = middle(window) - middle(out);
    if (distance > half_span_ || -distance > half_span_) continue;
    sum += window.score;
    ++count;
  }
  out.score = sum / count;
  return out;
}

void ScoreSmoother::forget_old() {
  while (next_ > 0 && (next_ == windows_.size() || middle(windows_.front()) + half_span_ < middle(windows_[next_]))) {
    windows_.pop_front();
    --next_;
  }
}

}  // namespace vigil::behavior
