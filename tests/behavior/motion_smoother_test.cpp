#include "behavior/motion_smoother.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

#include <gmock/gmock.h>

#include "core/random.h"

namespace vigil::behavior {
namespace {

using core::MediaTime;
using core::TrackState;

core::TrackedPerson person_at(float x, float y, float height = 100, TrackState state = TrackState::kConfirmed) {
  core::TrackedPerson person;
  person.track.id = 1;
  person.track.state = state;
  person.track.box = {.left = x - height / 5, .top = y - height, .width = height / 2.5F, .height = height};
  person.track.score = 0.7F;
  return person;
}

// Ten frames a second.
template <typename PersonAt>
std::vector<FrameMotion> smooth(int frames, PersonAt person) {
  MotionSmoother smoother;
  std::vector<FrameMotion> out;
  for (int i = 0; i < frames; ++i) {
    std::ranges::move(smoother.push({.time = MediaTime::from_seconds(i * 0.1), .people = {person(i)}}),
                      std::back_inserter(out));
  }
  std::ranges::move(smoother.finish(), std::back_inserter(out));
  return out;
}

TEST(MotionSmoother, gives_every_frame_once_and_half_a_second_later) {
  MotionSmoother smoother;
  for (int i = 0; i < 6; ++i) {
    EXPECT_THAT(smoother.push({.time = MediaTime::from_seconds(i * 0.1), .people = {person_at(100, 200)}}),
                testing::IsEmpty());
  }
  const auto first = smoother.push({.time = MediaTime::from_seconds(0.6), .people = {}});
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].time, MediaTime());
  EXPECT_EQ(first[0].end, MediaTime::from_seconds(0.1));
  ASSERT_EQ(first[0].people.size(), 1U);
  EXPECT_EQ(first[0].people[0].id, 1);
  EXPECT_NEAR(first[0].people[0].score, 0.7, 1e-6);
  const auto rest = smoother.finish();
  ASSERT_EQ(rest.size(), 6U);
  EXPECT_EQ(rest.back().end, MediaTime::from_seconds(0.7)) << "as long as the one before";
}

TEST(MotionSmoother, a_frame_stands_for_a_second_at_most) {
  MotionSmoother smoother;
  smoother.push({.time = MediaTime(), .people = {}});
  const auto out = smoother.push({.time = MediaTime::from_seconds(60), .people = {}});
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].end.seconds(), 1);
}

TEST(MotionSmoother, measures_speed_in_body_heights_and_leaves_steady_walkers_where_they_are) {
  const auto frames = smooth(60, [](int i) { return person_at(100 + 12.0F * i, 300 - 5.0F * i); });
  for (int i = 10; i < 50; ++i) {
    EXPECT_NEAR(frames[i].people[0].x_px, 100 + 12 * i, 1e-3);
    EXPECT_NEAR(frames[i].people[0].y_px, 300 - 5 * i, 1e-3);
    EXPECT_NEAR(frames[i].people[0].height_px, 100, 1e-3);
    EXPECT_NEAR(frames[i].people[0].speed, 1.3, 1e-3);
  }
}

TEST(MotionSmoother, noise_of_boxes_is_not_speed) {
  core::Rng rng = core::make_rng({3});
  const auto frames = smooth(600, [&](int) {
    return person_at(300 + 4 * static_cast<float>(core::normal(rng)), 300 + 4 * static_cast<float>(core::normal(rng)));
  });
  for (const FrameMotion& frame : frames) EXPECT_LT(frame.people[0].speed, 0.3) << frame.time.seconds();
}

TEST(MotionSmoother, a_single_box_gone_astray_moves_nobody) {
  const auto frames = smooth(40, [](int i) { return i == 20 ? person_at(400, 250) : person_at(100, 300); });
  for (const FrameMotion& frame : frames) {
    EXPECT_EQ(frame.people[0].x_px, 100);
    EXPECT_EQ(frame.people[0].y_px, 300);
    EXPECT_EQ(frame.people[0].speed, 0);
  }
}

TEST(MotionSmoother, a_jump_is_speed_for_half_a_second_only) {
  const auto frames = smooth(60, [](int i) { return person_at(i < 30 ? 100 : 400, 300); });
  EXPECT_LE(std::ranges::count_if(frames, [](const FrameMotion& frame) { return frame.people[0].speed > 0.5; }), 6);
}

TEST(MotionSmoother, people_do_not_shrink_when_their_legs_are_hidden) {
  const auto frames = smooth(60, [](int i) {
    core::TrackedPerson person = person_at(100, 300);
    if (i >= 30) person.track.box.height = 50;
    return person;
  });
  EXPECT_NEAR(frames[45].people[0].height_px, 100, 1e-3);
  EXPECT_NEAR(frames[59].people[0].height_px, 80, 20.1) << "by then their width speaks for them";
}

TEST(MotionSmoother, counts_the_hidden_but_not_those_the_tracker_does_not_believe_in) {
  MotionSmoother smoother;
  std::vector<core::TrackedPerson> people;
  for (const TrackState state : {TrackState::kTentative, TrackState::kConfirmed, TrackState::kLost, TrackState::kDeleted}) {
    people.push_back(person_at(100, 300, 100, state));
    people.back().track.id = static_cast<std::int64_t>(people.size());
  }
  people.push_back(person_at(100, 300, 0));
  people.push_back(person_at(std::nanf(""), 300));
  smoother.push({.time = MediaTime(), .people = people});
  const auto out = smoother.finish();
  ASSERT_EQ(out.size(), 1U);
  ASSERT_EQ(out[0].people.size(), 2U);
  EXPECT_EQ(out[0].people[0].id, 2);
  EXPECT_EQ(out[0].people[1].id, 3);
  EXPECT_EQ(out[0].people[0].speed, 0) << "nobody knows yet";
}

}  // namespace
}  // namespace vigil::behavior
