#include "pipeline/people_verdicts.h"

#include <gtest/gtest.h>

namespace vigil::pipeline {
namespace {

using core::FramePeople;
using core::MediaTime;
using core::ScoredMoment;

FramePeople frame(double second, std::vector<std::int64_t> ids) {
  FramePeople out{.time = MediaTime::from_seconds(second), .people = {}};
  for (const std::int64_t id : ids) {
    core::TrackedPerson person;
    person.track.id = id;
    out.people.push_back(person);
  }
  return out;
}

// Middle at `second`.
ScoredMoment moment(double second, std::vector<core::PersonScore> people) {
  return {.window = {.begin = MediaTime::from_seconds(second - 1), .end = MediaTime::from_seconds(second + 1), .score = 0},
          .people = std::move(people)};
}

TEST(PeopleVerdicts, of_a_frame_the_window_counts_whose_middle_is_nearest) {
  PeopleVerdicts verdicts;
  for (const double second : {0.0, 1.0, 1.2, 1.4, 2.5}) EXPECT_TRUE(verdicts.push(frame(second, {1, 2})).empty());
  auto out = verdicts.push(moment(1, {{1, 0.9}}), {1});
  ASSERT_EQ(out.size(), 2U) << "of the others a later window may be nearer";
  EXPECT_EQ(out[0].people[0].violence, 0.9) << "before the first window the first counts";
  EXPECT_TRUE(out[0].people[0].violent);
  EXPECT_FALSE(out[0].people[1].violence) << "nobody judged person 2";
  out = verdicts.push(moment(1.5, {{1, 0.2}, {2, 0.7}}), {2});
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(out[0].people[0].violence, 0.9) << "1.2 s is nearer to 1";
  EXPECT_EQ(out[1].people[0].violence, 0.2) << "1.4 s is nearer to 1.5";
  EXPECT_FALSE(out[1].people[0].violent);
  EXPECT_TRUE(out[1].people[1].violent);
  out = verdicts.finish();
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].people[1].violence, 0.7) << "after the last window the last counts";
}

TEST(PeopleVerdicts, without_windows_frames_come_out_at_the_end_as_they_are) {
  PeopleVerdicts verdicts;
  EXPECT_TRUE(verdicts.push(frame(0, {1})).empty());
  const auto out = verdicts.finish();
  ASSERT_EQ(out.size(), 1U);
  EXPECT_FALSE(out[0].people[0].violence);
}

}  // namespace
}  // namespace vigil::pipeline
