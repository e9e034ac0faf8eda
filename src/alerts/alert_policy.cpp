#include "alerts/alert_policy.h"

#include <algorithm>
#include <ctime>
#include <utility>

namespace vigil::alerts {
namespace {

constexpr std::size_t kMostRunning = 32;  // events of a camera whose end is waited for; more than ever run at once

std::chrono::local_seconds local_time_of(AlertTime now) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  std::tm broken{};
  localtime_r(&seconds, &broken);
  return std::chrono::local_seconds(std::chrono::seconds(seconds + broken.tm_gmtoff));
}

template <typename Value, typename Wanted>
bool allows(const std::vector<Value>& list, const Wanted& value) {
  return list.empty() || std::ranges::contains(list, value);
}

bool is_about(const AlertRule& rule, const Alert& alert, AlertTime now) {
  return allows(rule.cameras, alert.camera_id) && allows(rule.kinds, alert.kind) && allows(rule.rules, alert.rule) &&
         alert.score >= rule.least_score && (!rule.schedule || rule.schedule->covers(local_time_of(now)));
}

}  // namespace

void AlertPolicy::set_rules(std::vector<AlertRule> rules) {
  rules_ = std::move(rules);
  std::erase_if(cool_downs_, [&](const auto& entry) {
    return std::ranges::none_of(rules_, [&](const AlertRule& rule) { return rule.id == entry.first.first; });
  });
}

AlertPolicy::Running AlertPolicy::CoolDown::take(const std::string& uid) {
  const auto found = std::ranges::find(running, uid, &Running::uid);
  if (found == running.end()) return {};
  Running taken = std::move(*found);
  running.erase(found);
  return taken;
}

std::uint64_t AlertPolicy::CoolDown::start(AlertTime end) {
  until = end;
  for (Running& event : running) event.counted = false;
  return std::exchange(kept_back, 0);
}

std::optional<std::uint64_t> AlertPolicy::tell(const AlertRule& rule, const Alert& alert, AlertTime now,
                                               CoolDown& cool_down) {
  const bool begun = alert.state == AlertState::kBegun;
  const bool both = rule.when == TellWhen::kBoth;
  const Running before = begun ? Running{} : cool_down.take(alert.uid);
  if (before.told) return 0;
  if (!is_about(rule, alert, now) || (!both && begun != (rule.when == TellWhen::kBegun))) return std::nullopt;

  const bool told = now >= cool_down.until;
  if (told && before.counted) --cool_down.kept_back;
  if (!told && (begun || before.uid.empty())) ++cool_down.kept_back;
  const std::uint64_t more = told ? cool_down.start(now + rule.cool_down) : 0;
  if (both && begun) {
    cool_down.running.push_back({.uid = alert.uid, .told = told, .counted = !told});
    if (cool_down.running.size() > kMostRunning) cool_down.running.pop_front();
  }
  return told ? std::optional(more) : std::nullopt;
}

Decision AlertPolicy::decide(const Alert& alert, AlertTime now) {
  Decision decision;
  for (const AlertRule& rule : rules_) {
    if (!rule.enabled) continue;
    if (is_about(rule, alert, now)) {
      for (const std::int64_t channel : rule.channels) {
        if (!std::ranges::contains(decision.concerned, channel)) decision.concerned.push_back(channel);
      }
    }
    const auto more = tell(rule, alert, now, cool_downs_[{rule.id, alert.camera_id}]);
    if (!more) continue;
    for (const std::int64_t channel : rule.channels) {
      if (std::ranges::contains(decision.tellings, channel, &Telling::channel_id)) continue;
      decision.tellings.push_back({.channel_id = channel, .alert = alert});
      decision.tellings.back().alert.more = *more;
    }
  }
  return decision;
}

}  // namespace vigil::alerts
