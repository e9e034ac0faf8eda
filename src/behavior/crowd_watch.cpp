#include "behavior/crowd_watch.h"

#include <algorithm>
#include <utility>

#include "behavior/rule_detector.h"

namespace vigil::behavior {
namespace {

constexpr std::size_t kMostMembers = 500;
constexpr std::size_t kMemberCurve = 16;

}  // namespace

CrowdWatch::CrowdWatch(const Rule& rule, int people, Place place)
    : place_(std::move(place)),
      people_(people),
      detector_(make_rule_detector(rule, {.on = kLimitScore, .off = kLimitScore})) {}

void CrowdWatch::look(const FrameMotion& frame, bool on, std::vector<core::EventChange>& changes) {
  std::vector<const PersonMotion*> there;
  for (const PersonMotion& person : frame.people) {
    if (on && place_.holds(person)) there.push_back(&person);
  }
  const double score = std::min(kLimitScore * static_cast<double>(there.size()) / people_, 1.0);
  auto changed = push(detector_, {.begin = frame.time, .end = frame.end, .score = score});
  // One frame may end an event and begin the next: those of the one are told before those of the other are gathered.
  for (core::EventChange& change : changed) {
    if (change.state == core::EventState::kEnded) change.event.people = members();
  }
  if (detector_.open_since() != since_) {
    since_ = detector_.open_since();
    members_.clear();
  }
  if (since_ && score >= kLimitScore) add(there, frame);
  for (core::EventChange& change : changed) {
    if (change.state == core::EventState::kConfirmed) change.event.people = members();
    changes.push_back(std::move(change));
  }
}

void CrowdWatch::finish(std::vector<core::EventChange>& changes) {
  for (core::EventChange& change : detector_.finish()) {
    change.event.people = members();
    changes.push_back(std::move(change));
  }
}

void CrowdWatch::add(const std::vector<const PersonMotion*>& there, const FrameMotion& frame) {
  for (const PersonMotion* person : there) {
    auto known = members_.find(person->id);
    if (known == members_.end()) {
      if (members_.size() == kMostMembers) continue;
      known = members_.emplace(person->id, Member{.first = frame.time, .curve = ScoreEnvelope(kMemberCurve)}).first;
    }
    known->second.curve.push({.begin = frame.time, .end = frame.end, .score = person->score});
  }
}

std::vector<core::EventPerson> CrowdWatch::members() const {
  std::vector<core::EventPerson> people;
  for (const auto& [id, member] : members_) {
    core::EventPerson& person =
        people.emplace_back(core::EventPerson{.id = id, .score = 0, .first = member.first, .curve = {}});
    for (const EnvelopePoint& point : member.curve.points()) {
      person.score = std::max(person.score, point.highest.score);
      person.curve.push_back(point.highest);
    }
  }
  return people;
}

}  // namespace vigil::behavior
