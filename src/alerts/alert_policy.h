// AlertPolicy: decides which channels are told of an alert. Alerts in, decisions out; no clock and no network of its own.
//
//   AlertPolicy policy;
//   policy.set_rules(rules);
//   const Decision decision = policy.decide(alert, now);
//   for (const Telling& telling : decision.tellings) send(telling.channel_id, telling.alert);
//
// A rule tells a camera's events at most once in its cool-down. Events within are counted, and the next one told says how
// many there were. Where a rule tells both, the end of an event whose beginning was told is told as well, come what may, and
// starts no cool-down; an event whose beginning and end are both kept back counts once.
// One thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "alerts/alert.h"
#include "alerts/alert_rules.h"

namespace vigil::alerts {

struct Telling {
  std::int64_t channel_id = 0;
  Alert alert = {};  // with `more` set
};

struct Decision {
  std::vector<Telling> tellings = {};        // at most one a channel
  std::vector<std::int64_t> concerned = {};  // channels of every rule that is about this event, told or not; each once
};

class AlertPolicy {
 public:
  // Rules that keep their id keep their cool-downs.
  void set_rules(std::vector<AlertRule> rules);

  // `now` decides cool-downs and, by this machine's time zone, schedules.
  Decision decide(const Alert& alert, AlertTime now);

 private:
  struct Running {  // an event whose end is still to come
    std::string uid = {};
    bool told = false;     // its beginning was
    bool counted = false;  // among those kept back since the last one told
  };
  struct CoolDown {  // of a rule and a camera
    AlertTime until = {};
    std::uint64_t kept_back = 0;  // events since the last one told
    std::deque<Running> running = {};

    Running take(const std::string& uid);
    std::uint64_t start(AlertTime end);  // gives how many were kept back
  };

  // How many events the telling of this one stands for besides; nothing: it is not told.
  static std::optional<std::uint64_t> tell(const AlertRule& rule, const Alert& alert, AlertTime now, CoolDown& cool_down);

  std::vector<AlertRule> rules_;
  std::map<std::pair<std::int64_t, std::int64_t>, CoolDown> cool_downs_;  // by rule and camera
};

}  // namespace vigil::alerts
