// Who took part in an event: thresholds of their own, first violent time, bounded memory.
#include "behavior/violence_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "behavior/moment_smoother.h"

namespace vigil::behavior {
namespace {

using core::EventChange;
using core::EventState;
using core::MediaDuration;
using core::MediaTime;
using core::PersonScore;
using core::ScoredMoment;
using testing::ElementsAre;
using testing::IsEmpty;

// A moment of the window [second, second + 2).
ScoredMoment moment(double second, double scene, std::vector<PersonScore> people = {}) {
  return {.window = {.begin = MediaTime::from_seconds(second), .end = MediaTime::from_seconds(second + 2), .score = scene},
          .people = std::move(people)};
}

ViolenceEvents make(ViolenceEventOptions options = {}) {
  auto events = ViolenceEvents::create(options);
  EXPECT_TRUE(events);
  return std::move(*events);
}

std::vector<EventChange> push_all(ViolenceEvents& events, const std::vector<ScoredMoment>& moments) {
  std::vector<EventChange> all;
  for (const ScoredMoment& each : moments) {
    auto changes = events.push(each);
    EXPECT_TRUE(changes);
    all.insert(all.end(), changes->begin(), changes->end());
  }
  const auto last = events.finish();
  all.insert(all.end(), last.begin(), last.end());
  return all;
}

TEST(ViolenceEvents, name_those_who_were_violent_and_since_when) {
  auto events = make();
  const auto changes = push_all(events, {moment(0, 0.1, {{1, 0.1}, {2, 0.1}}), moment(1, 0.7, {{1, 0.8}, {2, 0.3}}),
                                         moment(2, 0.9, {{1, 0.5}, {2, 0.3}, {3, 0.95}}), moment(3, 0.1, {{1, 0.1}})});
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].state, EventState::kConfirmed);
  ASSERT_EQ(changes[0].event.people.size(), 1U) << "known by then";
  const core::Event& event = changes[1].event;
  EXPECT_EQ(changes[1].state, EventState::kEnded);
  ASSERT_EQ(event.people.size(), 2U) << "person 2 stood by";
  EXPECT_EQ(event.people[0].id, 1);
  EXPECT_EQ(event.people[0].score, 0.8);
  EXPECT_EQ(event.people[0].first, MediaTime::from_seconds(2)) << "the middle of the first window";
  EXPECT_EQ(event.people[0].curve.size(), 2U) << "only while the event lasted";
  EXPECT_EQ(event.people[1].id, 3);
  EXPECT_EQ(event.people[1].first, MediaTime::from_seconds(3));
}

TEST(ViolenceEvents, somebody_stays_violent_down_to_the_lower_threshold_and_no_longer) {
  auto events = make();
  ASSERT_TRUE(events.push(moment(0, 0.1, {{7, 0.59}})));
  EXPECT_THAT(events.violent_people(), IsEmpty());
  ASSERT_TRUE(events.push(moment(1, 0.1, {{7, 0.6}})));
  EXPECT_THAT(events.violent_people(), ElementsAre(7));
  ASSERT_TRUE(events.push(moment(2, 0.1, {{7, 0.4}})));
  EXPECT_THAT(events.violent_people(), ElementsAre(7));
  ASSERT_TRUE(events.push(moment(3, 0.1, {{7, 0.39}})));
  EXPECT_THAT(events.violent_people(), IsEmpty());
}

TEST(ViolenceEvents, who_is_unseen_for_long_is_forgotten) {
  auto events = make({.forget = MediaDuration::from_seconds(4)});
  ASSERT_TRUE(events.push(moment(0, 0.1, {{7, 0.9}})));
  ASSERT_TRUE(events.push(moment(4, 0.1)));
  EXPECT_THAT(events.violent_people(), ElementsAre(7)) << "seen until 2 s, now it is 6 s";
  ASSERT_TRUE(events.push(moment(5, 0.1)));
  EXPECT_THAT(events.violent_people(), IsEmpty());
}

TEST(ViolenceEvents, an_event_without_anybody_is_an_event) {
  auto events = make();
  const auto changes = push_all(events, {moment(0, 0.9), moment(1, 0.9)});
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_THAT(changes[1].event.people, IsEmpty());
}

TEST(ViolenceEvents, people_of_one_event_are_not_those_of_the_next) {
  auto events = make({.scene = {.merge_gap = {}}});
  const auto changes =
      push_all(events, {moment(0, 0.9, {{1, 0.9}}), moment(3, 0.1, {{1, 0.1}}), moment(6, 0.9, {{2, 0.9}}), moment(9, 0.1)});
  std::vector<std::int64_t> ended;
  for (const EventChange& change : changes) {
    if (change.state == EventState::kEnded) {
      ASSERT_EQ(change.event.people.size(), 1U);
      ended.push_back(change.event.people[0].id);
    }
  }
  EXPECT_THAT(ended, ElementsAre(1, 2));
}

TEST(ViolenceEvents, of_a_crowd_in_a_long_event_a_bounded_number_is_kept) {
  auto events = make();
  std::vector<ScoredMoment> moments;
  for (int second = 0; second < 2000; ++second) {
    std::vector<PersonScore> people;
    for (int i = 0; i < 30; ++i) people.push_back({.id = second + i, .score = i == 0 ? 0.99 : 0.7});
    moments.push_back(moment(second, 0.9, people));
  }
  const auto changes = push_all(events, moments);
  const core::Event& event = changes.back().event;
  EXPECT_EQ(event.people.size(), ViolenceEvents::kMostPeople);
  for (const core::EventPerson& person : event.people) EXPECT_LE(person.curve.size(), ViolenceEvents::kCurvePoints);
}

TEST(ViolenceEvents, options_out_of_range_are_named) {
  const auto message = [](ViolenceEventOptions options) {
    const auto made = ViolenceEvents::create(options);
    return made ? std::string() : made.error().message;
  };
  EXPECT_THAT(message({.person_on = 1.2}), testing::StartsWith("person-on = 1.2"));
  EXPECT_THAT(message({.person_on = 0.5, .person_off = 0.7}), testing::StartsWith("person-off = 0.7"));
  EXPECT_THAT(message({.forget = {}}), testing::StartsWith("forget = 0"));
  EXPECT_THAT(message({.scene = {.threshold_on = 2}}), testing::StartsWith("threshold-on = 2"));
}

TEST(MomentSmoother, a_persons_score_is_the_mean_over_neighbours_in_which_they_were) {
  MomentSmoother smoother(MediaDuration::from_seconds(2));
  std::vector<ScoredMoment> smooth;
  const auto take = [&](const std::vector<ScoredMoment>& some) { smooth.insert(smooth.end(), some.begin(), some.end()); };
  take(smoother.push(moment(0, 0.0, {{1, 0.2}})));
  take(smoother.push(moment(1, 0.3, {{1, 0.4}, {2, 0.8}})));
  take(smoother.push(moment(2, 0.6, {{2, 0.6}})));
  take(smoother.finish());
  ASSERT_EQ(smooth.size(), 3U);
  EXPECT_NEAR(smooth[1].window.score, 0.3, 1e-12);
  ASSERT_EQ(smooth[1].people.size(), 2U);
  EXPECT_NEAR(smooth[1].people[0].score, 0.3, 1e-12) << "not there in the third";
  EXPECT_NEAR(smooth[1].people[1].score, 0.7, 1e-12);
  ASSERT_EQ(smooth[2].people.size(), 1U);
  EXPECT_NEAR(smooth[2].people[0].score, 0.7, 1e-12);
}

TEST(MomentSmoother, without_a_span_everything_stays_as_it_is) {
  MomentSmoother smoother({});
  const auto smooth = smoother.push(moment(0, 0.4, {{1, 0.2}}));
  ASSERT_EQ(smooth.size(), 1U);
  EXPECT_EQ(smooth[0].window.score, 0.4);
  EXPECT_EQ(smooth[0].people[0].score, 0.2);
}

}  // namespace
}  // namespace vigil::behavior
