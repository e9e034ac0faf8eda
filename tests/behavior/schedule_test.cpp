#include "behavior/schedule.h"

#include <gmock/gmock.h>

namespace vigil::behavior {
namespace {

using namespace std::chrono_literals;
using std::chrono::local_days;
using std::chrono::local_seconds;

// 4 March 2024 was a Monday.
local_seconds at(unsigned day, std::chrono::seconds time_of_day) {
  return local_days{std::chrono::year{2024} / 3 / day} + time_of_day;
}

constexpr std::array<bool, 7> kFriday = {false, false, false, false, true, false, false};

TEST(ScheduleSpan, holds_always_when_nothing_is_said) {
  EXPECT_TRUE(ScheduleSpan().holds(at(4, 0s)));
  EXPECT_TRUE(ScheduleSpan().holds(at(10, 24h - 1s)));
}

TEST(ScheduleSpan, holds_from_its_begin_until_before_its_end) {
  const ScheduleSpan span{.days = kFriday, .from = 8h, .to = 18h};
  EXPECT_FALSE(span.holds(at(8, 8h - 1s)));
  EXPECT_TRUE(span.holds(at(8, 8h)));
  EXPECT_TRUE(span.holds(at(8, 18h - 1s)));
  EXPECT_FALSE(span.holds(at(8, 18h)));
  EXPECT_FALSE(span.holds(at(7, 12h)));
  EXPECT_FALSE(span.holds(at(9, 12h)));
}

TEST(ScheduleSpan, past_midnight_belongs_to_the_day_on_which_it_began) {
  const ScheduleSpan span{.days = kFriday, .from = 22h, .to = 6h};
  EXPECT_FALSE(span.holds(at(8, 5h)));
  EXPECT_TRUE(span.holds(at(8, 22h)));
  EXPECT_TRUE(span.holds(at(9, 0s)));
  EXPECT_TRUE(span.holds(at(9, 6h - 1s)));
  EXPECT_FALSE(span.holds(at(9, 6h)));
  EXPECT_FALSE(span.holds(at(9, 23h)));

  const ScheduleSpan sunday{.days = {false, false, false, false, false, false, true}, .from = 22h, .to = 6h};
  EXPECT_TRUE(sunday.holds(at(11, 1h))) << "Monday after it";
}

TEST(ScheduleSpan, says_what_is_wrong) {
  EXPECT_TRUE(ScheduleSpan().validate());
  EXPECT_THAT(ScheduleSpan{.days = {}}.validate().error().message, testing::HasSubstr("at least one day"));
  EXPECT_THAT((ScheduleSpan{.from = 6h, .to = 6h}.validate().error().message), testing::HasSubstr("both 06:00"));
  EXPECT_FALSE((ScheduleSpan{.from = 24h, .to = 6h}.validate()));
  EXPECT_FALSE((ScheduleSpan{.from = 0h, .to = 25h}.validate()));
  EXPECT_FALSE((ScheduleSpan{.from = -1h, .to = 5h}.validate()));
}

}  // namespace
}  // namespace vigil::behavior
