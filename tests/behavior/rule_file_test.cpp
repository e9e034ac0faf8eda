#include "behavior/rule_file.h"

#include <set>
#include <string>

#include <gmock/gmock.h>

#include "behavior/rule_engine.h"

namespace vigil::behavior {
namespace {

using core::MediaDuration;
using testing::HasSubstr;

const std::string kExample = VIGIL_SOURCE_DIR "/docs/examples/street-rules.toml";

const std::string kPlaces = R"([[zone]]
name = "yard"
polygon = [[0, 0], [1, 0], [1, 1]]
[[line]]
name = "door"
from = [0.1, 0.5]
to = [0.9, 0.5]
)";

std::string error_of(const std::string& toml) {
  const auto file = parse_rules(toml, "r.toml");
  if (file) return "(no error)";
  EXPECT_EQ(file.error().code, core::ErrorCode::kInvalidArgument);
  return file.error().message;
}

TEST(RuleFile, reads_every_kind) {
  const auto file = parse_rules(R"(
[[rule]]
name = "z"
kind = "zone"
zone = "yard"
min_s = 3
merge_gap_s = 0.5
cool_down_s = 60
schedule = [{ days = ["mon", "sun"], from = "22:00", to = "06:30" }, { days = ["wed"] }]
[[rule]]
name = "l"
kind = "line"
line = "door"
direction = "right-to-left"
margin = 0.5
[[rule]]
name = "o"
kind = "loitering"
radius = 3
[[rule]]
name = "c"
kind = "crowd"
people = 4
zone = "yard"
[[rule]]
name = "r"
kind = "running"
speed = 2
[[mask]]
kind = "privacy"
polygon = [[0, 0], [0.5, 0], [0, 0.5]]
[[mask]]
kind = "detection"
polygon = [[0, 0], [0.1, 0], [0, 0.1], [0.05, 0.2]]
)" + kPlaces,
                                "r.toml");
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_EQ(file->privacy_masks.size(), 1U);
  EXPECT_EQ(file->privacy_masks[0].corners().size(), 3U);
  ASSERT_EQ(file->detection_masks.size(), 1U);
  EXPECT_EQ(file->detection_masks[0].corners().size(), 4U);

  ASSERT_EQ(file->rules.rules.size(), 5U);
  const Rule& zone = file->rules.rules[0];
  EXPECT_EQ(std::get<ZoneCondition>(zone.condition).zone, "yard");
  EXPECT_EQ(zone.min_duration, MediaDuration::from_seconds(3));
  EXPECT_EQ(zone.merge_gap, MediaDuration::from_seconds(0.5));
  EXPECT_EQ(zone.cool_down, MediaDuration::from_seconds(60));
  ASSERT_EQ(zone.schedule.size(), 2U);
  EXPECT_EQ(zone.schedule[0].days, (std::array{true, false, false, false, false, false, true}));
  EXPECT_EQ(zone.schedule[0].from, std::chrono::hours(22));
  EXPECT_EQ(zone.schedule[0].to, std::chrono::minutes(390));
  EXPECT_EQ(zone.schedule[1].to, std::chrono::hours(24));
  const auto& line = std::get<LineCondition>(file->rules.rules[1].condition);
  EXPECT_EQ(line.direction, LineDirection::kRightToLeft);
  EXPECT_EQ(line.margin, 0.5);
  EXPECT_EQ(file->rules.find_line("door")->to.x, 0.9);
  EXPECT_EQ(std::get<LoiteringCondition>(file->rules.rules[2].condition).radius, 3);
  EXPECT_EQ(file->rules.rules[2].min_duration, MediaDuration::from_seconds(30)) << "as is usual for the kind";
  EXPECT_EQ(std::get<CrowdCondition>(file->rules.rules[3].condition).people, 4);
  EXPECT_EQ(std::get<RunningCondition>(file->rules.rules[4].condition).speed, 2);
}

TEST(RuleFile, the_example_is_valid_and_has_every_kind_of_rule_and_mask) {
  const auto file = load_rules(kExample);
  ASSERT_TRUE(file) << file.error().message;
  std::set<std::string_view> kinds;
  for (const Rule& rule : file->rules.rules) kinds.insert(kind_of(rule.condition));
  EXPECT_EQ(kinds.size(), 5U);
  EXPECT_FALSE(file->privacy_masks.empty());
  EXPECT_FALSE(file->detection_masks.empty());
  EXPECT_TRUE(RuleEngine::create(file->rules, {.frame_width_px = 768, .frame_height_px = 576}));
}

TEST(RuleFile, says_where_and_what_is_wrong) {
  const auto rule = [](const std::string& keys) { return kPlaces + "[[rule]]\nname = \"a\"\n" + keys; };
  EXPECT_EQ(error_of(rule("kind = \"zone\"\nzone = \"yrad\"")),
            "r.toml:8: rule \"a\": zone = \"yrad\": no such zone; there are: \"yard\"");
  EXPECT_EQ(error_of(rule("kind = \"line\"\nline = \"yard\"")),
            "r.toml:8: rule \"a\": line = \"yard\": no such line; there are: \"door\"");
  EXPECT_EQ(error_of(rule("kind = \"crowd\"\npeople = 0")),
            "r.toml:8: rule \"a\": people = 0: must be at least 1 and at most 10000");
  EXPECT_EQ(error_of(rule("kind = \"crowd\"\npeople = 2.5")), "r.toml:11: [[rule]] people = 2.5: must be a whole number");
  EXPECT_EQ(error_of(rule("kind = \"crowd\"")), "r.toml:8: [[rule]] people: missing; it must be given");
  EXPECT_EQ(error_of(rule("kind = \"running\"\nspeed = \"fast\"")), "r.toml:11: [[rule]] speed = 'fast': must be a number");
  EXPECT_EQ(error_of(rule("kind = \"running\"\nmin_s = -1")),
            "r.toml:8: rule \"a\": min_s = -1: must be at least 0 and at most 86400");
  EXPECT_EQ(error_of(rule("kind = \"running\"\nmin_s = inf")),
            "r.toml:11: [[rule]] min_s = inf: must be a number of seconds");
  EXPECT_THAT(error_of(rule("kind = \"running\"\nmin_s = 1e300")), HasSubstr("must be a number of seconds"));
  EXPECT_EQ(error_of(rule("kind = \"jumping\"")),
            "r.toml:10: [[rule]] kind = 'jumping': must be one of zone, line, loitering, crowd, running");
  EXPECT_EQ(
      error_of(rule("kind = \"zone\"\nzone = \"yard\"\nspeed = 2")),
      "r.toml:12: [[rule]] speed = 2: unknown key; [[rule]] has cool_down_s, kind, merge_gap_s, min_s, name, schedule, "
      "zone");
  EXPECT_THAT(error_of(rule("kind = \"line\"\nline = \"door\"\nmin_s = 2")), HasSubstr("min_s = 2: unknown key"));
  EXPECT_EQ(error_of(rule("kind = \"loitering\"\nzone = \"yard\"\nradius = 2")),
            "r.toml:12: [[rule]] radius = 2: has no meaning in a zone; leave out the one or the other");
  EXPECT_EQ(error_of(rule("kind = \"running\"\nschedule = { days = [\"monday\"] }")),
            "r.toml:11: [[rule]] schedule days = [ 'monday' ]: must be a list of days: mon, tue, wed, thu, fri, sat, sun");
  EXPECT_EQ(error_of(rule("kind = \"running\"\nschedule = { from = \"25:00\" }")),
            "r.toml:11: [[rule]] schedule from = '25:00': must be a time of the day as a text, \"22:30\"");
  EXPECT_EQ(error_of(rule("kind = \"running\"\nschedule = { until = \"22:00\" }")),
            "r.toml:11: [[rule]] schedule until = '22:00': unknown key; [[rule]] schedule has days, from, to");
  EXPECT_THAT(error_of(rule("kind = \"running\"\nschedule = { from = \"22:00\", to = \"22:00\" }")),
              HasSubstr("both 22:00"));
  EXPECT_THAT(error_of(rule("kind = \"running\"\nschedule = \"nights\"")),
              HasSubstr("must be a table, or a list of tables"));
}

TEST(RuleFile, checks_places_and_masks) {
  EXPECT_EQ(error_of("[[zone]]\nname = \"a\"\npolygon = [[0, 0], [1, 1]]"),
            "r.toml:3: [[zone]] polygon = [ [ 0, 0 ], [ 1, 1 ] ]: it needs three corners or more");
  EXPECT_EQ(
      error_of("[[zone]]\nname = \"a\"\npolygon = [[0, 0], [1, 1], [640, 480]]"),
      "r.toml:3: [[zone]] polygon = [ [ 0, 0 ], [ 1, 1 ], [ 640, 480 ] ]: corner 640, 480 must lie in 0 to 1, shares of the "
      "picture's sides");
  EXPECT_THAT(error_of("[[zone]]\nname = \"a\"\npolygon = [[0, 0], [1]]"), HasSubstr("must be a list of points"));
  EXPECT_EQ(error_of("[[zone]]\npolygon = [[0, 0], [1, 1], [1, 0]]"), "r.toml:1: [[zone]] name: missing; it must be given");
  EXPECT_EQ(error_of(kPlaces + kPlaces), "r.toml:8: zone \"yard\": the name is taken; give it another");
  EXPECT_EQ(error_of("[[line]]\nname = \"a\"\nfrom = [0.5, 0.5]\nto = [0.5, 0.5]"),
            "r.toml:1: line \"a\": from and to are the same point");
  EXPECT_THAT(error_of("[[line]]\nname = \"a\"\nfrom = [0.5, 0.5]\nto = [0.5, 1.5]"), HasSubstr("must lie in 0 to 1"));
  EXPECT_EQ(error_of("[[mask]]\nkind = \"blur\"\npolygon = [[0, 0], [1, 1], [1, 0]]"),
            "r.toml:2: [[mask]] kind = 'blur': must be one of detection, privacy");
}

TEST(RuleFile, checks_the_file_as_a_whole) {
  EXPECT_EQ(error_of("[[zones]]\n"), "r.toml:1: zones: unknown; a rules file has [[zone]], [[line]], [[mask]] and [[rule]]");
  EXPECT_EQ(error_of("[zone]\nname = \"a\"\n"), "r.toml:1: zone: must be written as [[zone]]");
  EXPECT_THAT(error_of("[[zone]\n"), testing::StartsWith("r.toml:1: not valid TOML: "));
  std::string many;
  for (int i = 0; i < 101; ++i) many += "[[rule]]\nname = \"" + std::to_string(i) + "\"\nkind = \"running\"\n";
  EXPECT_EQ(error_of(many), "r.toml:301: 101 rules; at most 100 are possible");
  EXPECT_EQ(load_rules("/nowhere/r.toml").error().code, core::ErrorCode::kNotFound);
  EXPECT_TRUE(parse_rules("", "r.toml"));
}

}  // namespace
}  // namespace vigil::behavior
