#include "alerts/alert_rules.h"

#include <gmock/gmock.h>

namespace vigil::alerts {
namespace {

using std::chrono::hours;
using std::chrono::local_days;
using std::chrono::local_seconds;
using std::chrono::minutes;
using testing::HasSubstr;
using namespace std::chrono_literals;

local_seconds at(int day, minutes clock) {  // of July 2026; the 1st is a Wednesday
  return local_days(2026y / 7 / day) + clock;
}

std::string refusal(std::string_view json) {
  const auto rule = rule_from_json(json);
  if (rule) return "accepted";
  EXPECT_EQ(rule.error().code, core::ErrorCode::kInvalidArgument);
  return rule.error().message;
}

TEST(Schedule, covers_hours_of_chosen_days) {
  const Schedule office{.days = {2}, .from = 9h, .until = 17h};
  EXPECT_TRUE(office.covers(at(1, 9h)));
  EXPECT_FALSE(office.covers(at(1, 17h)));
  EXPECT_FALSE(office.covers(at(2, 9h)));
  EXPECT_TRUE(Schedule{}.covers(at(5, 0h)));
  EXPECT_TRUE(Schedule{}.covers(at(5, 24h - 1min)));
}

TEST(Schedule, hours_over_midnight_belong_to_the_day_they_begin_on) {
  const Schedule night{.days = {2}, .from = 22h, .until = 6h};
  EXPECT_TRUE(night.covers(at(1, 23h)));
  EXPECT_TRUE(night.covers(at(2, 5h + 59min)));
  EXPECT_FALSE(night.covers(at(2, 6h)));
  EXPECT_FALSE(night.covers(at(1, 5h))) << "that was Tuesday's night";
}

TEST(AlertRule, survives_json) {
  const AlertRule rule{.id = 4,
                       .name = "Night",
                       .enabled = false,
                       .cameras = {1, 2},
                       .kinds = {"violence", "zone"},
                       .rules = {"Gate"},
                       .least_score = 0.7,
                       .schedule = Schedule{.days = {0, 6}, .from = 22h, .until = 6h + 30min},
                       .cool_down = 300s,
                       .channels = {1, 9},
                       .when = TellWhen::kBoth};
  EXPECT_EQ(rule_from_json(to_json(rule)), rule);
  EXPECT_EQ(rule_from_json(to_json(AlertRule{.name = "Plain"})), AlertRule{.name = "Plain"});
}

TEST(AlertRule, refuses_what_it_does_not_know_and_says_why) {
  EXPECT_EQ(refusal("[]"), "alert rule: [] is not a JSON object");
  EXPECT_EQ(refusal("{"), "alert rule: this is not JSON");
  EXPECT_EQ(refusal("{}"), "alert rule: 'name' is missing; it must be given");
  EXPECT_EQ(refusal(R"({"name": "a", "cooldown": 3})"), "alert rule: 'cooldown' is not known; leave it out");
  EXPECT_EQ(refusal(R"({"name": "a", "cool_down_s": -1})"),
            "alert rule: 'cool_down_s' is -1; it must be a whole number from 0 to 604800");
  EXPECT_EQ(refusal(R"({"name": "a", "id": 18446744073709551615})"),
            "alert rule: 'id' is 18446744073709551615; it must be a whole number from 0 to 9223372036854775807");
  EXPECT_EQ(refusal(R"({"name": "a", "least_score": "high"})"),
            "alert rule: 'least_score' is \"high\"; it must be a number from 0 to 1");
  EXPECT_THAT(refusal(R"({"name": "a", "kinds": ["fire"]})"), HasSubstr("has \"fire\"; kinds are violence, zone"));
  EXPECT_THAT(refusal(R"({"name": "a", "when": "now"})"), HasSubstr("must be one of \"begun\", \"ended\", \"both\""));
  EXPECT_THAT(refusal(R"({"name": "a", "channels": "1"})"), HasSubstr("must be a list of whole numbers"));
  EXPECT_THAT(refusal(R"({"name": "a\nb"})"), HasSubstr("holds a line end"));
  EXPECT_THAT(refusal(R"({"name": "a", "schedule": 3})"), HasSubstr("must be an object or null"));
  EXPECT_EQ(refusal(R"({"name": "a", "schedule": {"from": "9"}})"),
            "alert rule: schedule: 'from' is \"9\"; it must be a time of day such as \"22:30\"");
  EXPECT_THAT(refusal(R"({"name": "a", "schedule": {"from": "24:01"}})"), HasSubstr("time of day"));
  EXPECT_THAT(refusal(R"({"name": "a", "schedule": {"from": "10:60"}})"), HasSubstr("time of day"));
  EXPECT_THAT(refusal(R"({"name": "a", "schedule": {"days": ["moon"]}})"), HasSubstr("has \"moon\"; days are"));
  EXPECT_THAT(refusal(R"({"name": "a", "schedule": {"from": "08:00", "until": "08:00"}})"), HasSubstr("00:00 to 24:00"));
  EXPECT_THAT(refusal(R"({"name": "a", "schedule": {"hours": 8}})"), HasSubstr("schedule: 'hours' is not known"));
}

}  // namespace
}  // namespace vigil::alerts
