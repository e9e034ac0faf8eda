#include "behavior/event_detector.h"

#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "behavior/scenario.h"
#include "behavior/score_smoother.h"

namespace vigil::behavior {
namespace {

using core::Event;
using core::EventChange;
using core::EventState;
using core::MediaDuration;
using core::MediaTime;
using core::ScoredWindow;

std::vector<Event> detect(const EventDetectorOptions& options, const std::vector<ScoredWindow>& windows,
                          MediaDuration smooth = {}, OnsetFinder onset = {}) {
  auto detector = EventDetector::create(options, std::move(onset));
  EXPECT_TRUE(detector.has_value());
  ScoreSmoother smoother(smooth);
  std::vector<Event> events;
  bool confirmed = false;
  const auto follow = [&](const std::vector<EventChange>& changes) {
    for (const EventChange& change : changes) {
      EXPECT_EQ(change.state, confirmed ? EventState::kEnded : EventState::kConfirmed);
      confirmed = change.state == EventState::kConfirmed;
      if (!confirmed) events.push_back(change.event);
    }
  };
  const auto feed = [&](const std::vector<ScoredWindow>& some) {
    for (const ScoredWindow& window : some) {
      const auto changes = detector->push(window);
      EXPECT_TRUE(changes.has_value());
      follow(*changes);
    }
  };
  for (const ScoredWindow& window : windows) feed(smoother.push(window));
  feed(smoother.finish());
  follow(detector->finish());
  EXPECT_FALSE(confirmed);
  return events;
}

ScoredWindow window_at(double begin, double score, double length = 2) {
  return {.begin = MediaTime::from_seconds(begin), .end = MediaTime::from_seconds(begin + length), .score = score};
}

std::vector<std::filesystem::path> scenario_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(VIGIL_SOURCE_DIR "/tests/behavior/scenarios")) {
    files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

class Scenarios : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Scenarios, give_the_events_written_down) {
  const test::Scenario scenario = test::load_scenario(GetParam());
  const std::vector<Event> events = detect(scenario.options, scenario.windows, scenario.smooth);
  ASSERT_EQ(events.size(), scenario.expected.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    SCOPED_TRACE("event " + std::to_string(i + 1));
    EXPECT_EQ(events[i].begin.seconds(), scenario.expected[i].begin.seconds());
    EXPECT_EQ(events[i].end.seconds(), scenario.expected[i].end.seconds());
    EXPECT_EQ(events[i].peak.seconds(), scenario.expected[i].peak.seconds());
    EXPECT_NEAR(events[i].score, scenario.expected[i].score, 1e-9);
    EXPECT_NEAR(events[i].mean_score, scenario.expected[i].mean_score, 1e-4);
    EXPECT_EQ(events[i].kind, "violence");
  }
}

INSTANTIATE_TEST_SUITE_P(EventDetector, Scenarios, testing::ValuesIn(scenario_files()),
                         [](const auto& scenario) { return scenario.param.stem().string(); });

TEST(EventDetector, confirms_an_event_once_it_is_long_enough_and_ends_it_once_nothing_can_continue_it) {
  auto detector = EventDetector::create({.min_duration = MediaDuration::from_seconds(4),
                                         .merge_gap = MediaDuration::from_seconds(1),
                                         .kind = "running",
                                         .rule = "no running",
                                         .zone = "hall"});
  ASSERT_TRUE(detector);
  EXPECT_THAT(*detector->push(window_at(0, 0.9)), testing::IsEmpty());
  EXPECT_THAT(*detector->push(window_at(1, 0.7)), testing::IsEmpty());
  EXPECT_FALSE(detector->in_progress());

  const auto confirmed = detector->push(window_at(2, 0.8));
  ASSERT_EQ(confirmed->size(), 1U);
  EXPECT_EQ(confirmed->front().state, EventState::kConfirmed);
  EXPECT_EQ(confirmed->front().event.end.seconds(), 4);
  EXPECT_NEAR(confirmed->front().event.mean_score, 0.8, 1e-9);
  EXPECT_EQ(confirmed->front().event.windows.size(), 3U);

  EXPECT_THAT(*detector->push(window_at(3, 0.8)), testing::IsEmpty());
  EXPECT_THAT(*detector->push(window_at(4, 0.1)), testing::IsEmpty());
  EXPECT_THAT(*detector->push(window_at(6, 0.1)), testing::IsEmpty());  // exactly merge_gap after the end
  EXPECT_TRUE(detector->in_progress());
  const auto ended = detector->push(window_at(7, 0.1));
  ASSERT_EQ(ended->size(), 1U);
  EXPECT_EQ(ended->front().state, EventState::kEnded);
  EXPECT_EQ(ended->front().event.end.seconds(), 5);
  EXPECT_EQ(ended->front().event.kind, "running");
  EXPECT_EQ(ended->front().event.rule, "no running");
  EXPECT_EQ(ended->front().event.zone, "hall");
  EXPECT_FALSE(detector->in_progress());
  EXPECT_THAT(detector->finish(), testing::IsEmpty());
}

TEST(EventDetector, one_window_may_end_an_event_and_confirm_the_next) {
  auto detector = EventDetector::create({.merge_gap = MediaDuration::from_seconds(1)});
  ASSERT_TRUE(detector);
  EXPECT_EQ(detector->push(window_at(0, 0.9))->size(), 1U);
  const auto changes = detector->push(window_at(10, 0.8));
  ASSERT_EQ(changes->size(), 2U);
  EXPECT_EQ(changes->at(0).state, EventState::kEnded);
  EXPECT_EQ(changes->at(0).event.score, 0.9);
  EXPECT_EQ(changes->at(1).state, EventState::kConfirmed);
  EXPECT_EQ(changes->at(1).event.score, 0.8);
}

TEST(EventDetector, hour_long_event_keeps_a_bounded_list_of_windows_and_exact_scores) {
  std::vector<ScoredWindow> windows;
  double sum = 0;
  for (int i = 0; i < 7200; ++i) {
    const double score = i == 5001 ? 0.99 : 0.7 + 0.0001 * (i % 10);
    windows.push_back(window_at(i * 0.5, score));
    sum += score;
  }
  const std::vector<Event> events = detect({.max_windows = 128}, windows);
  ASSERT_EQ(events.size(), 1U);
  const Event& event = events[0];
  EXPECT_LE(event.windows.size(), 128U);
  EXPECT_GE(event.windows.size(), 64U);
  EXPECT_EQ(event.end, windows.back().end);
  EXPECT_NEAR(event.mean_score, sum / 7200, 1e-9);
  EXPECT_EQ(event.score, 0.99);
  EXPECT_EQ(event.peak, middle(windows[5001]));
  EXPECT_TRUE(std::ranges::is_sorted(event.windows, {}, &ScoredWindow::begin));
  EXPECT_TRUE(std::ranges::any_of(event.windows, [](const ScoredWindow& window) { return window.score == 0.99; }));
}

TEST(EventDetector, asks_for_the_onset_once_per_event_and_reports_its_failure) {
  std::vector<std::optional<MediaTime>> previous;
  const OnsetFinder onset = [&](const ScoredWindow& first, std::optional<MediaTime> before) {
    previous.push_back(before);
    return core::Result<MediaTime>(first.begin + MediaDuration::from_us(7));
  };
  const std::vector<Event> events =
      detect({.merge_gap = {}}, {window_at(0, 0.9), window_at(1, 0.1), window_at(5, 0.9), window_at(6, 0.9)}, {}, onset);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].first_violent.us(), 7);
  EXPECT_EQ(events[1].first_violent.us(), 5'000'007);
  EXPECT_THAT(previous, testing::ElementsAre(std::nullopt, MediaTime::from_seconds(1)));

  auto failing = EventDetector::create({}, [](const ScoredWindow&, std::optional<MediaTime>) -> core::Result<MediaTime> {
    return core::fail(core::ErrorCode::kInternal, "no score");
  });
  const auto pushed = failing->push(window_at(0, 0.9));
  ASSERT_FALSE(pushed);
  EXPECT_EQ(pushed.error().message, "no score");
}

TEST(EventDetector, names_the_option_that_is_out_of_range) {
  const auto message = [](EventDetectorOptions options) {
    const auto detector = EventDetector::create(options);
    return detector ? std::string() : detector.error().message;
  };
  EXPECT_EQ(message({.threshold_on = 1.5}), "threshold-on = 1.5: must lie above 0 and at most 1");
  EXPECT_THAT(message({.threshold_on = 0.5, .threshold_off = 0.6}), testing::StartsWith("threshold-off = 0.6: must lie"));
  EXPECT_THAT(message({.min_duration = MediaDuration::from_seconds(-1)}), testing::StartsWith("min-duration = -1"));
  EXPECT_THAT(message({.merge_gap = MediaDuration::from_seconds(-1)}), testing::StartsWith("merge-gap = -1"));
  EXPECT_THAT(message({.cool_down = MediaDuration::from_seconds(-1)}), testing::StartsWith("cool-down = -1"));
  EXPECT_THAT(message({.threshold_on = std::nan("")}), testing::StartsWith("threshold-on = nan"));
}

}  // namespace
}  // namespace vigil::behavior
