// ScheduleSpan: a stretch of the day on some days of the week; says whether a rule is on.
//
//   const ScheduleSpan nights{.from = 22h, .to = 6h};
//   if (nights.holds(local)) …
//
// Times are those of the clock on the wall. A span whose end is not after its begin goes on past midnight and belongs to the
// day on which it begins: Friday's night holds on Saturday at 5. Plain value.
#pragma once

#include <array>
#include <chrono>

#include "core/result.h"

namespace vigil::behavior {

struct ScheduleSpan {
  std::array<bool, 7> days = {true, true, true, true, true, true, true};  // Monday first; at least one
  std::chrono::minutes from = std::chrono::minutes(0);                    // since midnight, [0, 24 h)
  std::chrono::minutes to = std::chrono::hours(24);                       // since midnight, (0, 24 h]; other than `from`

  // Whether `local` lies in [from, to) of one of the days.
  bool holds(std::chrono::local_seconds local) const;

  // Errors: kInvalidArgument, naming what is out of range.
  core::Status validate() const;
};

}  // namespace vigil::behavior
