#include "pipeline/people_verdicts.h"

#include <algorithm>
#include <utility>

#include "behavior/score_smoother.h"

namespace vigil::pipeline {

std::vector<core::FramePeople> PeopleVerdicts::push(const core::FramePeople& frame) {
  frames_.push_back(frame);
  return take();
}

std::vector<core::FramePeople> PeopleVerdicts::push(const core::ScoredMoment& moment,
                                                    const std::vector<std::int64_t>& violent) {
  verdicts_.push_back({.middle = behavior::middle(moment.window), .people = moment.people, .violent = violent});
  return take();
}

std::vector<core::FramePeople> PeopleVerdicts::finish() {
  finished_ = true;
  return take();
}

std::vector<core::FramePeople> PeopleVerdicts::take() {
  std::vector<core::FramePeople> ready;
  while (!frames_.empty()) {
    const core::MediaTime time = frames_.front().time;
    if (!finished_ && (verdicts_.empty() || verdicts_.back().middle < time)) break;
    while (verdicts_.size() > 1 && verdicts_[1].middle <= time) verdicts_.pop_front();
    judge(frames_.front());
    ready.push_back(std::move(frames_.front()));
    frames_.pop_front();
  }
  return ready;
}

void PeopleVerdicts::judge(core::FramePeople& frame) const {
  if (verdicts_.empty()) return;
  const bool second_is_nearer = verdicts_.size() > 1 && verdicts_[1].middle - frame.time < frame.time - verdicts_[0].middle;
  const Verdict& verdict = verdicts_[second_is_nearer ? 1 : 0];
  for (core::TrackedPerson& person : frame.people) {
    const auto score = std::ranges::lower_bound(verdict.people, person.track.id, {}, &core::PersonScore::id);
    if (score == verdict.people.end() || score->id != person.track.id) continue;
    person.violence = score->score;
    person.violent = std::ranges::binary_search(verdict.violent, person.track.id);
  }
}

}  // namespace vigil::pipeline
