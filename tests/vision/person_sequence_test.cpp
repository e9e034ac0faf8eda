// What networks are shown of people: made-up people whose numbers can be worked out.
#include "vision/person_sequence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vision/window_people.h"

namespace vigil::vision {
namespace {

using core::Box;
using core::FramePeople;
using core::KeyPoint;
using core::MediaDuration;
using core::MediaTime;
using core::TrackedPerson;

constexpr int kBodyAt = PersonStep::kPosture + PersonStep::kLimbSpeed;
constexpr int kNearestAt = kBodyAt + PersonStep::kBody;

TrackedPerson person(std::int64_t id, const Box& box, bool with_pose = false) {
  TrackedPerson out;
  out.track.id = id;
  out.track.box = box;
  out.track.detection = 0;
  if (with_pose) {
    core::Pose& pose = out.pose.emplace();
    for (core::PosePoint& point : pose.points) point = {.x = box.center_x(), .y = box.center_y(), .score = 0.9F};
    for (const auto& [left, right, height] : {std::tuple(KeyPoint::kLeftShoulder, KeyPoint::kRightShoulder, 0.2F),
                                              std::tuple(KeyPoint::kLeftHip, KeyPoint::kRightHip, 0.5F)}) {
      pose[left] = {.x = box.right(), .y = box.top + height * box.height, .score = 0.9F};
      pose[right] = {.x = box.left, .y = box.top + height * box.height, .score = 0.9F};
    }
  }
  return out;
}

// Ten frames a second for two seconds.
template <typename People>
std::vector<FramePeople> frames(People people_at, double seconds = 2) {
  std::vector<FramePeople> out;
  for (int i = 0; i < static_cast<int>(seconds * 10); ++i) {
    out.push_back({.time = MediaTime::from_seconds(i / 10.0), .people = people_at(i / 10.0F)});
  }
  return out;
}

TEST(PersonSequence, tells_speed_in_body_heights_and_nothing_of_place_and_size) {
  const auto walker = [](float scale, float left) {
    return frames([=](float t) {
      return std::vector{
          person(1, {.left = left + t * 50 * scale, .top = 40, .width = 40 * scale, .height = 100 * scale}, true)};
    });
  };
  const auto near = person_sequences(walker(1, 10), MediaTime());
  const auto far = person_sequences(walker(0.5F, 300), MediaTime());
  ASSERT_EQ(near.size(), 1U);
  ASSERT_EQ(far.size(), 1U);
  EXPECT_NEAR(near[0].steps[8].values[kBodyAt], 0.5F, 1e-4) << "50 pixels a second, 100 high";
  for (int step = 0; step < kWindowFrames; ++step) {
    for (int i = 0; i < PersonStep::kSize; ++i) {
      const auto s = static_cast<std::size_t>(step), k = static_cast<std::size_t>(i);
      EXPECT_NEAR(near[0].steps[s].values[k], far[0].steps[s].values[k], 1e-3) << step << " " << i;
    }
  }
}

TEST(PersonSequence, tells_who_is_near_and_how_fast_they_come) {
  const auto sequences =
      person_sequences(frames([](float t) {
                         return std::vector{person(1, {.left = 0, .top = 0, .width = 40, .height = 100}),
                                            person(2, {.left = 300 - 100 * t, .top = 0, .width = 40, .height = 100}),
                                            person(3, {.left = 900, .top = 0, .width = 40, .height = 100})};
                       }),
                       MediaTime());
  ASSERT_EQ(sequences.size(), 3U);
  const auto& values = sequences[0].steps[8].values;  // at one second: the other is 200 pixels away
  EXPECT_EQ(values[kNearestAt], 1);
  EXPECT_NEAR(values[kNearestAt + 1], 2, 0.01);
  EXPECT_NEAR(values[kNearestAt + 3], 2, 0.01);
  EXPECT_NEAR(values[kNearestAt + 4], 1, 0.01) << "one height a second";
  EXPECT_NEAR(values[kNearestAt + 5], 0, 0.01);
}

TEST(PersonSequence, somebody_alone_has_no_neighbour_and_nobody_is_made_up) {
  EXPECT_TRUE(person_sequences({}, MediaTime()).empty());
  const auto alone = person_sequences(
      frames([](float) { return std::vector{person(1, {.left = 0, .top = 0, .width = 40, .height = 100})}; }), MediaTime());
  ASSERT_EQ(alone.size(), 1U);
  for (int i = 0; i < PersonStep::kNearest; ++i)
    EXPECT_EQ(alone[0].steps[3].values[static_cast<std::size_t>(kNearestAt + i)], 0);
}

TEST(PersonSequence, who_is_hardly_there_is_left_out_and_hostile_numbers_stay_finite) {
  const auto sequences = person_sequences(frames([](float t) {
                                            std::vector<TrackedPerson> people;
                                            if (t < 0.3F)
                                              people.push_back(person(1, {.left = 0, .top = 0, .width = 9, .height = 9}));
                                            auto odd = person(2, {.left = 0, .top = 0, .width = 1, .height = 1e-20F}, true);
                                            odd.pose->points[0] = {.x = NAN, .y = INFINITY, .score = 1};
                                            people.push_back(odd);
                                            return people;
                                          }),
                                          MediaTime());
  ASSERT_EQ(sequences.size(), 1U);
  EXPECT_EQ(sequences[0].id, 2);
  for (const PersonStep& step : sequences[0].steps) {
    for (const float value : step.values) EXPECT_TRUE(std::isfinite(value));
  }
}

TEST(WindowPeople, the_part_that_holds_everybody_holds_each_of_them) {
  const auto shown = frames([](float t) {
    return std::vector{person(1, {.left = 100 + 20 * t, .top = 100, .width = 40, .height = 100}),
                       person(2, {.left = 400, .top = 150, .width = 60, .height = 200})};
  });
  const WindowPeople people(shown, MediaTime(), 640, 480);
  const Box all = people.region().front();
  EXPECT_LE(all.left * 640, 100);
  EXPECT_GE(all.right() * 640, 460);
  EXPECT_GE(all.bottom() * 480, 350);
  EXPECT_LE(all.bottom(), 1.0001F);
  const auto tallest = people.tallest(1);
  ASSERT_EQ(tallest.size(), 1U);
  EXPECT_EQ(tallest[0].sequence.id, 2);
  const WindowPeople nobody({}, MediaTime(), 640, 480);
  EXPECT_EQ(nobody.region().front(), (Box{.left = 0, .top = 0, .width = 1, .height = 1}));
}

}  // namespace
}  // namespace vigil::vision
