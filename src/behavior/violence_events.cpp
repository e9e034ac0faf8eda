#include "behavior/violence_events.h"

#include <algorithm>
#include <format>
#include <utility>

#include "behavior/score_smoother.h"

namespace vigil::behavior {

core::Status ViolenceEventOptions::validate() const {
  const auto invalid = [](std::string_view name, double value, std::string_view allowed) -> core::Status {
    return core::fail(core::ErrorCode::kInvalidArgument, std::format("{} = {}: must lie {}", name, value, allowed));
  };
  if (!(person_on > 0 && person_on <= 1)) return invalid("person-on", person_on, "above 0 and at most 1");
  if (!(person_off > 0 && person_off <= person_on)) {
    return invalid("person-off", person_off, std::format("above 0 and at most person-on ({})", person_on));
  }
  if (forget <= core::MediaDuration()) return invalid("forget", forget.seconds(), "above 0 s");
  return scene.validate();
}

core::Result<ViolenceEvents> ViolenceEvents::create(const ViolenceEventOptions& options, OnsetFinder onset) {
  if (auto valid = options.validate(); !valid) return std::unexpected(valid.error());
  auto detector = EventDetector::create(options.scene, std::move(onset));
  if (!detector) return std::unexpected(detector.error());
  return ViolenceEvents(options, std::move(*detector));
}

ViolenceEvents::ViolenceEvents(const ViolenceEventOptions& options, EventDetector detector)
    : options_(options), detector_(std::move(detector)) {}

core::Result<std::vector<core::EventChange>> ViolenceEvents::push(const core::ScoredMoment& moment) {
  judge(moment);
  auto changes = detector_.push(moment.window);
  if (!changes) return changes;
  // An end comes from this window, which is no part of what ended; a confirmation is of what it belongs to.
  for (core::EventChange& change : *changes) {
    if (change.state != core::EventState::kEnded) continue;
    add_people(change.event);
    parts_.clear();
  }
  if (detector_.pending()) {
    take_part(moment);
  } else {
    parts_.clear();
  }
  for (core::EventChange& change : *changes) {
    if (change.state == core::EventState::kConfirmed) add_people(change.event);
  }
  return changes;
}

std::vector<core::EventChange> ViolenceEvents::finish() {
  auto changes = detector_.finish();
  for (core::EventChange& change : changes) add_people(change.event);
  return changes;
}

std::optional<core::Event> ViolenceEvents::in_progress() const {
  auto event = detector_.in_progress();
  if (event) add_people(*event);
  return event;
}

std::vector<std::int64_t> ViolenceEvents::violent_people() const {
  std::vector<std::int64_t> ids;
  for (const auto& [id, state] : states_) {
    if (state.violent) ids.push_back(id);
  }
  return ids;
}

void ViolenceEvents::judge(const core::ScoredMoment& moment) {
  for (const core::PersonScore& person : moment.people) {
    State& state = states_[person.id];
    state.violent = person.score >= (state.violent ? options_.person_off : options_.person_on);
    state.last_seen = moment.window.end;
  }
  std::erase_if(states_, [&](const auto& entry) { return entry.second.last_seen + options_.forget < moment.window.end; });
}

void ViolenceEvents::take_part(const core::ScoredMoment& moment) {
  for (const core::PersonScore& person : moment.people) {
    Part& part = parts_[person.id];
    const core::ScoredWindow window{.begin = moment.window.begin, .end = moment.window.end, .score = person.score};
    part.curve.push(window);
    part.score = std::max(part.score, person.score);
    if (!part.first && states_.at(person.id).violent) part.first = middle(window);
  }
  // Of a crowd the quietest are forgotten first.
  while (parts_.size() > kMostPeople) {
    parts_.erase(std::ranges::min_element(parts_, {}, [](const auto& entry) { return entry.second.score; }));
  }
}

void ViolenceEvents::add_people(core::Event& event) const {
  for (const auto& [id, part] : parts_) {
    if (!part.first) continue;
    core::EventPerson person{
        .id = id, .score = part.score, .first = std::max(*part.first, event.first_violent), .curve = {}};
    for (const EnvelopePoint& point : part.curve.points()) {
      if (point.begin >= event.begin && point.end <= event.end) person.curve.push_back(point.highest);
    }
    event.people.push_back(std::move(person));
  }
}

}  // namespace vigil::behavior
