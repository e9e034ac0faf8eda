#include "behavior/rule_engine.h"

#include <algorithm>
#include <format>

namespace vigil::behavior {

core::Result<RuleEngine> RuleEngine::create(const RuleSet& rules, const RuleEngineOptions& options) {
  if (auto valid = rules.validate(); !valid) return std::unexpected(valid.error());
  const FrameSize size{.width_px = options.frame_width_px, .height_px = options.frame_height_px};
  if (size.width_px <= 0 || size.height_px <= 0) {
    return core::fail(core::ErrorCode::kInvalidArgument,
                      std::format("rules: frames of {} x {} pixels; both must be above 0", size.width_px, size.height_px));
  }
  RuleEngine engine;
  engine.time_zero_ = options.time_zero;
  for (const Rule& rule : rules.rules) {
    engine.rules_.push_back({.watch = make_rule_watch(rule, rules, size), .schedule = rule.schedule});
  }
  return engine;
}

std::vector<core::EventChange> RuleEngine::push(const core::FramePeople& frame) {
  std::vector<core::EventChange> changes;
  judge(smoother_.push(frame), changes);
  return changes;
}

std::vector<core::EventChange> RuleEngine::finish() {
  std::vector<core::EventChange> changes;
  judge(smoother_.finish(), changes);
  for (const Scheduled& rule : rules_) rule.watch->finish(changes);
  return changes;
}

void RuleEngine::judge(const std::vector<FrameMotion>& frames, std::vector<core::EventChange>& changes) {
  for (const FrameMotion& frame : frames) {
    for (const Scheduled& rule : rules_) rule.watch->look(frame, is_on(rule.schedule, frame.time), changes);
  }
}

bool RuleEngine::is_on(const std::vector<ScheduleSpan>& schedule, core::MediaTime time) const {
  if (schedule.empty() || !time_zero_) return true;
  const auto since_zero = std::chrono::floor<std::chrono::seconds>(std::chrono::microseconds(time.us()));
  const auto local = time_zero_->get_time_zone()->to_local(time_zero_->get_sys_time() + since_zero);
  return std::ranges::any_of(schedule, [&](const ScheduleSpan& span) { return span.holds(local); });
}

}  // namespace vigil::behavior
