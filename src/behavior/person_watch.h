// PersonWatch: a RuleWatch of a rule about single people; each has their own events, and every event is about one of them.
// Private to the room.
//
//   PersonWatch watch(rule, {}, ZoneJudge{.place = yard});
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "behavior/person_judges.h"
#include "behavior/rule_detector.h"
#include "behavior/rule_watch.h"

namespace vigil::behavior {

// How long after somebody was seen last they are forgotten; trackers give an identity up much sooner.
inline constexpr core::MediaDuration kPersonRemembered = core::MediaDuration::from_us(60'000'000);

// `Judge`: see person_judges.h.
template <typename Judge>
class PersonWatch : public RuleWatch {
 public:
  PersonWatch(const Rule& rule, RuleThresholds thresholds, Judge judge)
      : rule_(rule), thresholds_(thresholds), judge_(std::move(judge)) {}

  void look(const FrameMotion& frame, bool on, std::vector<core::EventChange>& changes) override {
    for (const PersonMotion& person : frame.people) {
      const auto [known, is_new] = people_.try_emplace(person.id, Person{.memory = judge_.meet()});
      known->second.last_seen = frame.time;
      const Verdict verdict = judge_(known->second.memory, person, frame);
      feed(known->first, known->second, frame, on ? verdict : Verdict(), changes);
    }
    for (auto& [id, person] : people_) {
      if (person.last_seen != frame.time) feed(id, person, frame, {}, changes);
    }
    std::erase_if(people_, [&](const auto& entry) {
      return !entry.second.detector && frame.time - entry.second.last_seen > kPersonRemembered;
    });
  }

  void finish(std::vector<core::EventChange>& changes) override {
    for (auto& [id, person] : people_) {
      if (person.detector) tell(id, person.detector->finish(), changes);
    }
    people_.clear();
  }

 private:
  struct Person {
    Judge::Memory memory;
    core::MediaTime last_seen = {};
    std::optional<EventDetector> detector = {};  // while something is open
  };

  void feed(std::int64_t id, Person& person, const FrameMotion& frame, const Verdict& verdict,
            std::vector<core::EventChange>& changes) {
    core::ScoredWindow window{.begin = frame.time, .end = frame.end, .score = verdict.score};
    if (!person.detector) {
      const bool cooling = cool_until_ && frame.time < *cool_until_;
      if (verdict.score < thresholds_.on || cooling) return;
      person.detector = make_rule_detector(rule_, thresholds_);
      window.begin = verdict.since.value_or(frame.time);
    }
    tell(id, push(*person.detector, window), changes);
    if (!person.detector->open_since()) person.detector.reset();
  }

  void tell(std::int64_t id, std::vector<core::EventChange> changed, std::vector<core::EventChange>& changes) {
    for (core::EventChange& change : changed) {
      core::Event& event = change.event;
      event.people = {{.id = id, .score = event.score, .first = event.first_violent, .curve = event.windows}};
      if (change.state == core::EventState::kEnded) cool_until_ = event.end + rule_.cool_down;
      changes.push_back(std::move(change));
    }
  }

  Rule rule_;
  RuleThresholds thresholds_;
  Judge judge_;
  std::map<std::int64_t, Person> people_;      // by id
  std::optional<core::MediaTime> cool_until_;  // of all people: after an event about one, none about another begins
};

}  // namespace vigil::behavior
