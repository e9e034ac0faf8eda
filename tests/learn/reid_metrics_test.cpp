#include "learn/reid_metrics.h"

#include <gtest/gtest.h>

namespace vigil::learn {
namespace {

using core::MediaDuration;
using core::MediaTime;

Tracklet person(std::string scene, std::string video, std::int64_t track, double begin_s, double end_s) {
  return {.scene = std::move(scene),
          .video = std::move(video),
          .track = track,
          .begin = MediaTime::from_seconds(begin_s),
          .end = MediaTime::from_seconds(end_s),
          .pictures = {}};
}

TEST(SurelyDifferent, people_seen_at_one_time_or_in_other_scenes) {
  const Tracklet a = person("yard", "1.mp4", 1, 0, 4);
  EXPECT_TRUE(surely_different(a, person("yard", "1.mp4", 2, 3, 6)));
  EXPECT_TRUE(surely_different(a, person("street", "9.mp4", 1, 90, 99)));
  EXPECT_FALSE(surely_different(a, person("yard", "1.mp4", 2, 5, 6))) << "the same person may have come back";
  EXPECT_FALSE(surely_different(a, person("yard", "2.mp4", 2, 0, 4))) << "another video of the same yard";
  EXPECT_FALSE(surely_different(a, a));
}

TEST(ReidMetrics, equal_a_ranking_by_hand) {
  const Tracklet a = person("s", "v", 1, 0, 10), b = person("s", "v", 2, 0, 10);
  const auto at = [](const Tracklet& who, double seconds, float x, float y) {
    return ReidSample{.person = &who, .time = MediaTime::from_seconds(seconds), .look = {x, y}};
  };
  // Of a: two alike and one that looks like b. Of b: one, which has no other to be found.
  const std::vector<ReidSample> samples = {at(a, 0, 1, 0), at(a, 2, 0.8F, 0.6F), at(a, 4, 0, 1), at(b, 0, 0.1F, 0.995F)};
  const auto scores = measure_reid(samples, {.min_gap = MediaDuration::from_seconds(1)});
  ASSERT_TRUE(scores) << scores.error().message;
  EXPECT_EQ(scores->people, 2U);
  EXPECT_EQ(scores->queries, 3U);
  // First: .8 (a), .1 (b), 0 (a): 1/1 and 2/3. Second: .8 (a), .677 (b), .6 (a): the same. Third: .995 (b), .6, 0: 1/2, 2/3.
  EXPECT_NEAR(scores->rank1, 2.0 / 3, 1e-9);
  EXPECT_NEAR(scores->map, (5.0 / 6 + 5.0 / 6 + 7.0 / 12) / 3, 1e-9);
}

TEST(ReidMetrics, pictures_of_nearly_one_moment_do_not_count) {
  const Tracklet a = person("s", "v", 1, 0, 10), b = person("s", "v", 2, 0, 10);
  const auto at = [](const Tracklet& who, double seconds, float x, float y) {
    return ReidSample{.person = &who, .time = MediaTime::from_seconds(seconds), .look = {x, y}};
  };
  const std::vector<ReidSample> samples = {at(a, 0, 1, 0), at(a, 0.2, 1, 0), at(a, 5, 0, 1), at(b, 0, 0.8F, 0.6F)};
  const auto scores = measure_reid(samples, {.min_gap = MediaDuration::from_seconds(1)});
  ASSERT_TRUE(scores);
  EXPECT_EQ(scores->rank1, 0) << "what is found from afar is b";
}

TEST(ReidMetrics, looks_that_say_nothing_earn_nothing) {
  const Tracklet a = person("s", "v", 1, 0, 10), b = person("s", "v", 2, 0, 10);
  std::vector<ReidSample> samples;
  for (int i = 0; i < 4; ++i) {
    samples.push_back({.person = i % 2 == 0 ? &a : &b, .time = MediaTime::from_seconds(3 * i), .look = {1, 0}});
  }
  EXPECT_EQ(measure_reid(samples)->rank1, 0);
}

TEST(ReidMetrics, errors_name_the_remedy) {
  const Tracklet a = person("s", "v", 1, 0, 10);
  const std::vector<ReidSample> one = {{.person = &a, .time = {}, .look = {1, 0}}};
  EXPECT_EQ(measure_reid(one).error().code, core::ErrorCode::kInvalidArgument);
  EXPECT_EQ(measure_reid(one, {.min_gap = MediaDuration::from_seconds(-1)}).error().code, core::ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace vigil::learn
