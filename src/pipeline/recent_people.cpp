#include "pipeline/recent_people.h"

#include <algorithm>
#include <utility>

namespace vigil::pipeline {

void RecentPeople::push(core::FramePeople frame) {
  const std::scoped_lock lock(mutex_);
  frames_.push_back(std::move(frame));
  forget_old();
}

void RecentPeople::keep_from(std::optional<core::MediaTime> time) {
  const std::scoped_lock lock(mutex_);
  keep_from_ = time;
}

void RecentPeople::forget_old() {
  core::MediaTime first = frames_.back().time - keep_;
  if (keep_from_) first = std::min(first, *keep_from_);
  while (frames_.front().time < first || frames_.size() > kMostFrames) frames_.pop_front();
}

std::vector<core::FramePeople> RecentPeople::between(core::MediaTime begin, core::MediaTime end) const {
  const std::scoped_lock lock(mutex_);
  const auto first = std::ranges::lower_bound(frames_, begin, {}, &core::FramePeople::time);
  const auto last = std::ranges::upper_bound(first, frames_.end(), end, {}, &core::FramePeople::time);
  return {first, last};
}

std::optional<core::MediaTime> RecentPeople::until() const {
  const std::scoped_lock lock(mutex_);
  return frames_.empty() ? std::nullopt : std::optional(frames_.back().time);
}

}  // namespace vigil::pipeline
