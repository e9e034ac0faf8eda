#include "behavior/rule_engine.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "behavior/people_scenario.h"
#include "behavior/rule_file.h"
#include "support/allocations.h"

namespace vigil::behavior {
namespace {

using core::Event;
using core::EventChange;
using core::EventState;
using core::FramePeople;
using core::MediaDuration;
using core::MediaTime;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr RuleEngineOptions kOptions{.frame_width_px = 640, .frame_height_px = 480};

RuleEngine engine_of(const std::string& rules, const RuleEngineOptions& options = kOptions) {
  const auto file = parse_rules(rules, "rules");
  if (!file) throw std::runtime_error(file.error().message);
  auto engine = RuleEngine::create(file->rules, options);
  if (!engine) throw std::runtime_error(engine.error().message);
  return std::move(*engine);
}

std::vector<EventChange> changes_of(RuleEngine& engine, const std::vector<FramePeople>& frames) {
  std::vector<EventChange> changes;
  for (const FramePeople& frame : frames) std::ranges::move(engine.push(frame), std::back_inserter(changes));
  std::ranges::move(engine.finish(), std::back_inserter(changes));
  return changes;
}

// The events that ended; every one of them was confirmed before, and once.
std::vector<Event> ended(const std::vector<EventChange>& changes) {
  std::vector<Event> events;
  std::map<std::pair<std::string, std::pair<MediaTime, std::int64_t>>, int> open;
  for (const EventChange& change : changes) {
    const Event& event = change.event;
    const std::int64_t about = event.kind == "crowd" ? 0 : event.people.front().id;
    int& confirmed = open[{event.rule, {event.begin, about}}];
    EXPECT_EQ(confirmed, change.state == EventState::kConfirmed ? 0 : 1) << event.rule;
    confirmed = change.state == EventState::kConfirmed ? 1 : 2;
    if (change.state == EventState::kEnded) events.push_back(event);
  }
  for (const auto& [key, confirmed] : open) EXPECT_EQ(confirmed, 2) << key.first;
  return events;
}

std::vector<std::int64_t> ids_of(const Event& event) {
  std::vector<std::int64_t> ids;
  for (const core::EventPerson& person : event.people) ids.push_back(person.id);
  return ids;
}

std::vector<std::filesystem::path> scenario_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(VIGIL_SOURCE_DIR "/tests/behavior/rule_scenarios")) {
    files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

class RuleScenarios : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(RuleScenarios, give_the_events_written_down) {
  const test::PeopleScenario scenario = test::load_people_scenario(GetParam());
  RuleEngine engine =
      engine_of(scenario.rules,
                {.frame_width_px = scenario.width_px, .frame_height_px = scenario.height_px, .time_zero = scenario.clock});
  const std::vector<Event> events = ended(changes_of(engine, scenario.frames));
  for (std::size_t i = 0; i < std::max(events.size(), scenario.expected.size()); ++i) {
    SCOPED_TRACE("event " + std::to_string(i + 1));
    if (i >= scenario.expected.size()) {
      ADD_FAILURE() << events[i].rule << " " << events[i].begin.seconds() << "-" << events[i].end.seconds() << " of "
                    << testing::PrintToString(ids_of(events[i])) << " is not expected";
      continue;
    }
    const test::ExpectedEvent& expected = scenario.expected[i];
    if (i >= events.size()) {
      ADD_FAILURE() << expected.rule << " at " << expected.begin << " does not come";
      continue;
    }
    EXPECT_EQ(events[i].rule, expected.rule);
    EXPECT_NEAR(events[i].begin.seconds(), expected.begin, scenario.within);
    EXPECT_NEAR(events[i].end.seconds(), expected.end, scenario.within);
    EXPECT_EQ(ids_of(events[i]), expected.people);
    EXPECT_EQ(events[i].first_violent, events[i].begin);
    EXPECT_GE(events[i].peak, events[i].begin);
    EXPECT_LE(events[i].peak, events[i].end);
  }
}

INSTANTIATE_TEST_SUITE_P(RuleEngine, RuleScenarios, testing::ValuesIn(scenario_files()),
                         [](const auto& scenario) { return scenario.param.stem().string(); });

core::TrackedPerson standing(std::int64_t id, float feet_x, float feet_y, float score = 0.8F) {
  core::TrackedPerson person;
  person.track.id = id;
  person.track.state = core::TrackState::kConfirmed;
  person.track.box = {.left = feet_x - 16, .top = feet_y - 80, .width = 32, .height = 80};
  person.track.score = score;
  return person;
}

FramePeople frame_at(double second, std::vector<core::TrackedPerson> people) {
  return {.time = MediaTime::from_seconds(second), .people = std::move(people)};
}

const std::string kYard = R"(
[[zone]]
name = "yard"
polygon = [[0.5, 0], [1, 0], [1, 1], [0.5, 1]]
)";

TEST(RuleEngine, says_whom_and_where_an_event_is_about) {
  RuleEngine engine = engine_of(kYard + R"(
[[rule]]
name = "nobody in the yard"
kind = "zone"
zone = "yard"
)");
  std::vector<FramePeople> frames;
  for (int i = 0; i < 30; ++i) {
    frames.push_back(frame_at(i * 0.1, {standing(3, 100, 300), standing(7, 500, 300, i == 12 ? 0.9F : 0.6F)}));
  }
  const std::vector<EventChange> changes = changes_of(engine, frames);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].state, EventState::kConfirmed);
  EXPECT_NEAR(changes[0].event.end.seconds(), 1, 0.11);
  EXPECT_THAT(ids_of(changes[0].event), ElementsAre(7));

  const Event& event = changes[1].event;
  EXPECT_EQ(event.kind, "zone");
  EXPECT_EQ(event.rule, "nobody in the yard");
  EXPECT_EQ(event.zone, "yard");
  EXPECT_EQ(event.begin.seconds(), 0);
  EXPECT_NEAR(event.end.seconds(), 3, 1e-6);
  EXPECT_NEAR(event.peak.seconds(), 1.25, 1e-6) << "where the detector was surest";
  EXPECT_NEAR(event.score, 0.9, 1e-6);
  EXPECT_NEAR(event.mean_score, 0.61, 1e-6);
  ASSERT_THAT(ids_of(event), ElementsAre(7));
  EXPECT_EQ(event.people[0].first, event.begin);
  EXPECT_EQ(event.people[0].score, event.score);
  EXPECT_EQ(event.people[0].curve.size(), 30U);
}

TEST(RuleEngine, a_crowds_event_names_all_who_were_there_and_since_when) {
  RuleEngine engine = engine_of(kYard + R"(
[[rule]]
name = "crowd"
kind = "crowd"
zone = "yard"
people = 2
min_s = 1
)");
  std::vector<FramePeople> frames;
  for (int i = 0; i < 40; ++i) {
    FramePeople frame = frame_at(i * 0.1, {standing(1, 400, 300), standing(2, 450, 300), standing(9, 100, 300)});
    if (i >= 20) frame.people.insert(frame.people.begin() + 2, {standing(3, 500, 300), standing(4, 550, 300)});
    frames.push_back(frame);
  }
  const std::vector<Event> events = ended(changes_of(engine, frames));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_THAT(ids_of(events[0]), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(events[0].people[1].first, MediaTime());
  EXPECT_EQ(events[0].people[2].first, MediaTime::from_seconds(2));
  EXPECT_NEAR(events[0].people[2].score, 0.8, 1e-6);
  EXPECT_EQ(events[0].score, 1) << "twice as many as the rule names";
  EXPECT_NEAR(events[0].peak.seconds(), 2.05, 1e-6);
}

TEST(RuleEngine, a_gap_in_the_stream_does_not_count_as_time_spent) {
  RuleEngine engine = engine_of(kYard + R"(
[[rule]]
name = "yard"
kind = "zone"
zone = "yard"
min_s = 20
merge_gap_s = 5
)");
  EXPECT_THAT(changes_of(engine, {frame_at(0, {standing(1, 500, 300)}), frame_at(0.1, {standing(1, 500, 300)}),
                                  frame_at(60, {standing(1, 500, 300)}), frame_at(60.1, {standing(1, 500, 300)})}),
              IsEmpty());
}

TEST(RuleEngine, follows_summer_time) {
  const std::string rules = kYard + R"(
[[rule]]
name = "early"
kind = "zone"
zone = "yard"
schedule = { from = "03:00", to = "03:30" }
)";
  const std::chrono::local_seconds begin =
      std::chrono::local_days{std::chrono::year{2024} / 3 / 31} + std::chrono::hours(1) + std::chrono::minutes(59);
  std::vector<FramePeople> frames;
  for (int i = 0; i < 240; ++i) frames.push_back(frame_at(i * 0.5, {standing(1, 500, 300)}));
  // A minute before the clock is put from 2 to 3.
  RuleEngine berlin = engine_of(
      rules,
      {.frame_width_px = 640, .frame_height_px = 480, .time_zero = std::chrono::zoned_seconds("Europe/Berlin", begin)});
  const std::vector<Event> events = ended(changes_of(berlin, frames));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].begin.seconds(), 60);
  RuleEngine utc = engine_of(
      rules, {.frame_width_px = 640, .frame_height_px = 480, .time_zero = std::chrono::zoned_seconds("Etc/UTC", begin)});
  EXPECT_THAT(changes_of(utc, frames), IsEmpty());
}

TEST(RuleEngine, holds_no_more_after_hours_than_after_minutes) {
  RuleEngine engine = engine_of(kYard + R"(
[[line]]
name = "door"
from = [0.5, 0]
to = [0.5, 1]
[[rule]]
name = "zone"
kind = "zone"
zone = "yard"
merge_gap_s = 0
[[rule]]
name = "line"
kind = "line"
line = "door"
[[rule]]
name = "loitering"
kind = "loitering"
[[rule]]
name = "crowd"
kind = "crowd"
people = 1
[[rule]]
name = "running"
kind = "running"
)");
  // Somebody new walks through every 5 seconds, and there is always somebody: the crowd never ends.
  std::int64_t held = 0;
  std::size_t told = 0;
  constexpr int kFrames = 4 * 3600 * 5;
  constexpr int kWarm = 3600 * 5;
  for (int i = 0; i < kFrames; ++i) {
    FramePeople frame = frame_at(i * 0.2, {});
    for (int person = std::max(0, i / 25 - 2); person <= i / 25; ++person) {
      frame.people.push_back(standing(person + 1, static_cast<float>(8 * (i - 25 * person)), 300));
    }
    for (const EventChange& change : engine.push(frame)) {
      told += change.state == EventState::kEnded ? 1 : 0;
      EXPECT_LE(change.event.windows.size(), 128U);
    }
    if (i == kWarm) held = test::held_allocations();
  }
  EXPECT_GT(told, 2000U);
  EXPECT_NEAR(static_cast<double>(test::held_allocations()), static_cast<double>(held), 50);
  const std::vector<EventChange> last = engine.finish();
  const auto crowd = std::ranges::find(last, "crowd", [](const EventChange& change) { return change.event.kind; });
  ASSERT_NE(crowd, last.end());
  EXPECT_EQ(crowd->event.people.size(), 500U);
  EXPECT_EQ(crowd->event.begin.seconds(), 0);
}

TEST(RuleEngine, gives_the_same_for_the_same) {
  const test::PeopleScenario scenario =
      test::load_people_scenario(VIGIL_SOURCE_DIR "/tests/behavior/rule_scenarios/running_fires_for_a_runner_only.txt");
  RuleEngine one = engine_of(scenario.rules);
  RuleEngine other = engine_of(scenario.rules);
  const auto first = changes_of(one, scenario.frames);
  const auto second = changes_of(other, scenario.frames);
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].event.mean_score, second[i].event.mean_score);
    EXPECT_EQ(first[i].event.end, second[i].event.end);
  }
}

TEST(RuleEngine, names_what_is_wrong_with_its_rules_and_sizes) {
  RuleSet rules;
  rules.rules.push_back(Rule::of("a", ZoneCondition{.zone = "nowhere"}));
  EXPECT_EQ(RuleEngine::create(rules, kOptions).error().message,
            "rule \"a\": zone = \"nowhere\": no such zone; there are: none");
  rules.rules[0] = Rule::of("a", RunningCondition{.speed = -1});
  EXPECT_EQ(RuleEngine::create(rules, kOptions).error().message,
            "rule \"a\": speed = -1: must be at least 0.1 and at most 20");
  rules.rules[0] = Rule::of("a", RunningCondition{});
  rules.rules[0].merge_gap = MediaDuration::from_seconds(-1);
  EXPECT_EQ(RuleEngine::create(rules, kOptions).error().message,
            "rule \"a\": merge_gap_s = -1: must be at least 0 and at most 86400");
  EXPECT_EQ(RuleEngine::create({}, {.frame_width_px = 0, .frame_height_px = 480}).error().message,
            "rules: frames of 0 x 480 pixels; both must be above 0");
}

}  // namespace
}  // namespace vigil::behavior
