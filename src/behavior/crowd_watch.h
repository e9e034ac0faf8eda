// CrowdWatch: a RuleWatch of a rule about how many people there are; one event at a time, about all of them. Private to the
// room.
//
//   CrowdWatch watch(rule, 10, Place(rules, "yard", size));
//
// An event names the 500 people who came first.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "behavior/event_detector.h"
#include "behavior/place.h"
#include "behavior/rule_watch.h"
#include "behavior/score_envelope.h"

namespace vigil::behavior {

class CrowdWatch : public RuleWatch {
 public:
  // Requires a rule of a valid set, and people > 0.
  CrowdWatch(const Rule& rule, int people, Place place);

  void look(const FrameMotion& frame, bool on, std::vector<core::EventChange>& changes) override;
  void finish(std::vector<core::EventChange>& changes) override;

 private:
  struct Member {
    core::MediaTime first;
    ScoreEnvelope curve;
  };

  void add(const std::vector<const PersonMotion*>& there, const FrameMotion& frame);
  std::vector<core::EventPerson> members() const;

  Place place_;
  int people_;
  EventDetector detector_;
  std::optional<core::MediaTime> since_;    // of what is open
  std::map<std::int64_t, Member> members_;  // by id, of what is open
};

}  // namespace vigil::behavior
