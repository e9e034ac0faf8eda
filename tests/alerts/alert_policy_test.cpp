#include "alerts/alert_policy.h"

#include <cstdlib>
#include <ctime>

#include <gmock/gmock.h>

namespace vigil::alerts {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using namespace std::chrono_literals;

const AlertTime kStart = std::chrono::sys_days(std::chrono::year(2026) / 7 / 1);

Alert begun(const std::string& uid, std::int64_t camera = 1) {
  return {.uid = uid, .kind = "violence", .camera_id = camera, .camera = "Yard", .score = 0.9};
}
Alert ended(const std::string& uid, std::int64_t camera = 1) {
  Alert alert = begun(uid, camera);
  alert.state = AlertState::kEnded;
  return alert;
}

class AlertPolicyTest : public testing::Test {
 protected:
  void use(const AlertRule& rule) { policy_.set_rules({rule}); }

  // How many more the alert stands for; nothing: it was not told.
  std::optional<std::uint64_t> told(const Alert& alert, std::chrono::seconds after) {
    const Decision decision = policy_.decide(alert, kStart + after);
    if (decision.tellings.empty()) return std::nullopt;
    return decision.tellings.front().alert.more;
  }

  AlertPolicy policy_;
};

TEST_F(AlertPolicyTest, a_rule_tells_its_channels_of_what_it_is_about) {
  use({.id = 1, .cameras = {1}, .kinds = {"violence"}, .least_score = 0.5, .cool_down = 0s, .channels = {4, 5}});
  const Decision decision = policy_.decide(begun("a"), kStart);
  ASSERT_EQ(decision.tellings.size(), 2U);
  EXPECT_EQ(decision.tellings[1].channel_id, 5);
  EXPECT_EQ(decision.tellings[1].alert.uid, "a");
  EXPECT_THAT(decision.concerned, ElementsAre(4, 5));

  EXPECT_FALSE(told(begun("b", 2), 1s)) << "another camera";
  Alert weak = begun("c");
  weak.score = 0.4;
  EXPECT_FALSE(told(weak, 1s));
  Alert other = begun("d");
  other.kind = "zone";
  EXPECT_FALSE(told(other, 1s));
  EXPECT_FALSE(told(ended("a"), 1s)) << "beginnings only";
}

TEST_F(AlertPolicyTest, a_rule_may_be_about_rules_of_events) {
  use({.id = 1, .rules = {"Gate"}, .cool_down = 0s, .channels = {1}});
  EXPECT_FALSE(told(begun("a"), 0s));
  Alert gate = begun("b");
  gate.rule = "Gate";
  EXPECT_TRUE(told(gate, 0s));
}

TEST_F(AlertPolicyTest, a_rule_that_is_off_says_nothing) {
  use({.id = 1, .enabled = false, .channels = {1}});
  EXPECT_THAT(policy_.decide(begun("a"), kStart).concerned, IsEmpty());
}

TEST_F(AlertPolicyTest, what_a_cool_down_keeps_back_is_counted) {
  use({.id = 1, .cool_down = 60s, .channels = {1}});
  EXPECT_THAT(told(begun("a"), 0s), Optional(0));
  EXPECT_FALSE(told(begun("b"), 10s));
  EXPECT_FALSE(told(begun("c"), 59s));
  EXPECT_THAT(told(begun("d"), 60s), Optional(2));
  EXPECT_THAT(told(begun("e"), 120s), Optional(0)) << "counted once";
}

TEST_F(AlertPolicyTest, each_camera_cools_down_by_itself) {
  use({.id = 1, .cool_down = 60s, .channels = {1}});
  EXPECT_TRUE(told(begun("a", 1), 0s));
  EXPECT_TRUE(told(begun("b", 2), 1s));
}

TEST_F(AlertPolicyTest, a_channel_of_two_rules_is_told_once) {
  policy_.set_rules({{.id = 1, .channels = {1}}, {.id = 2, .channels = {1, 2}}});
  const Decision decision = policy_.decide(begun("a"), kStart);
  ASSERT_EQ(decision.tellings.size(), 2U);
  EXPECT_EQ(decision.tellings[0].channel_id, 1);
  EXPECT_EQ(decision.tellings[1].channel_id, 2);
}

TEST_F(AlertPolicyTest, the_end_of_what_was_told_is_told_within_the_cool_down) {
  use({.id = 1, .cool_down = 60s, .channels = {1}, .when = TellWhen::kBoth});
  EXPECT_TRUE(told(begun("a"), 0s));
  EXPECT_FALSE(told(begun("b"), 5s));
  EXPECT_THAT(told(ended("a"), 10s), Optional(0));
  EXPECT_FALSE(told(ended("b"), 20s)) << "its beginning was kept back";
  EXPECT_THAT(told(begun("c"), 61s), Optional(1)) << "b, once";
}

TEST_F(AlertPolicyTest, an_end_after_the_cool_down_stands_for_an_event_that_was_kept_back) {
  use({.id = 1, .cool_down = 60s, .channels = {1}, .when = TellWhen::kBoth});
  EXPECT_TRUE(told(begun("a"), 0s));
  EXPECT_FALSE(told(begun("b"), 5s));
  EXPECT_FALSE(told(begun("c"), 6s));
  EXPECT_THAT(told(ended("b"), 70s), Optional(1)) << "c";
  EXPECT_FALSE(told(ended("c"), 80s)) << "was counted already";
  EXPECT_THAT(told(begun("d"), 140s), Optional(0));
}

TEST_F(AlertPolicyTest, ends_alone_have_a_cool_down_too) {
  use({.id = 1, .cool_down = 60s, .channels = {1}, .when = TellWhen::kEnded});
  EXPECT_FALSE(told(begun("a"), 0s));
  EXPECT_THAT(told(ended("a"), 5s), Optional(0));
  EXPECT_FALSE(told(ended("b"), 10s));
  EXPECT_THAT(told(ended("c"), 65s), Optional(1));
}

TEST_F(AlertPolicyTest, what_is_not_told_still_concerns_its_channels) {
  use({.id = 1, .cool_down = 60s, .channels = {7}});
  EXPECT_TRUE(told(begun("a"), 0s));
  EXPECT_THAT(policy_.decide(begun("b"), kStart + 1s).concerned, ElementsAre(7));
}

TEST_F(AlertPolicyTest, rules_that_stay_keep_their_cool_downs) {
  use({.id = 1, .cool_down = 60s, .channels = {1}});
  EXPECT_TRUE(told(begun("a"), 0s));
  use({.id = 1, .name = "new", .cool_down = 60s, .channels = {1}});
  EXPECT_FALSE(told(begun("b"), 1s));
  use({.id = 2, .cool_down = 60s, .channels = {1}});
  EXPECT_THAT(told(begun("c"), 2s), Optional(0));
}

TEST_F(AlertPolicyTest, schedules_go_by_the_clock_on_the_wall) {
  const char* before = std::getenv("TZ");
  const std::string kept = before ? before : "";
  setenv("TZ", "Europe/Berlin", 1);
  tzset();
  use({.id = 1, .schedule = Schedule{.from = 8h, .until = 9h}, .cool_down = 0s, .channels = {1}});
  EXPECT_TRUE(told(begun("a"), 6h)) << "two hours behind in summer";
  EXPECT_FALSE(told(begun("b"), 8h));
  before ? setenv("TZ", kept.c_str(), 1) : unsetenv("TZ");
  tzset();
}

TEST_F(AlertPolicyTest, an_end_outside_the_schedule_follows_its_beginning) {
  AlertRule rule{.id = 1, .cool_down = 0s, .channels = {1}, .when = TellWhen::kBoth};
  use(rule);
  EXPECT_TRUE(told(begun("a"), 0s));
  rule.least_score = 1;
  use(rule);
  EXPECT_FALSE(told(begun("b"), 1s));
  EXPECT_TRUE(told(ended("a"), 2s));
}

}  // namespace
}  // namespace vigil::alerts
