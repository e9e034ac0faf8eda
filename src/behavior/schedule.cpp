#include "behavior/schedule.h"

#include <algorithm>
#include <format>

namespace vigil::behavior {

bool ScheduleSpan::holds(std::chrono::local_seconds local) const {
  const auto midnight = std::chrono::floor<std::chrono::days>(local);
  const auto time_of_day = local - midnight;
  const unsigned day = std::chrono::weekday(midnight).iso_encoding() - 1;
  if (from < to) return days[day] && time_of_day >= from && time_of_day < to;
  const unsigned day_before = (day + 6) % 7;
  return (days[day] && time_of_day >= from) || (days[day_before] && time_of_day < to);
}

core::Status ScheduleSpan::validate() const {
  const auto wrong = [](std::string message) { return core::fail(core::ErrorCode::kInvalidArgument, std::move(message)); };
  constexpr std::chrono::minutes kMidnight{0};
  constexpr std::chrono::minutes kDay = std::chrono::hours(24);
  if (std::ranges::none_of(days, [](bool day) { return day; })) return wrong("schedule: it needs at least one day");
  if (from < kMidnight || from >= kDay) {
    return wrong(std::format("schedule: from = {:%H:%M}: must lie in 00:00 to 23:59", from));
  }
  if (to <= kMidnight || to > kDay) return wrong("schedule: to: must lie in 00:01 to 24:00");
  if (from == to) {
    return wrong(std::format("schedule: from and to are both {:%H:%M}; leave both out for the whole day", from));
  }
  return {};
}

}  // namespace vigil::behavior
