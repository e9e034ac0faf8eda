#include "media/nearest_frames.h"

#include <gtest/gtest.h>

namespace vigil::media {
namespace {

std::vector<core::MediaTime> times(std::initializer_list<int> milliseconds) {
  std::vector<core::MediaTime> out;
  for (const int ms : milliseconds) out.push_back(core::MediaTime::from_us(ms * 1000));
  return out;
}

SteadyClock every(int milliseconds, int count) {
  return {.interval = core::MediaDuration::from_us(milliseconds * 1000), .count = count};
}

using Indices = std::vector<std::size_t>;

TEST(NearestFrames, takes_the_nearest_and_of_two_the_earlier) {
  EXPECT_EQ(nearest_frames(times({0, 100, 200, 300}), {}, every(125, 3)), (Indices{0, 1, 2}));
  EXPECT_EQ(nearest_frames(times({0, 100, 200, 300}), {}, every(150, 2)), (Indices{0, 1}));
}

TEST(NearestFrames, repeats_the_ends_outside_the_clip) {
  EXPECT_EQ(nearest_frames(times({0, 40}), core::MediaTime::from_us(-100'000), every(100, 4)), (Indices{0, 0, 1, 1}));
  EXPECT_EQ(nearest_frames(times({70}), {}, every(100, 2)), (Indices{0, 0}));
}

TEST(NearestFrames, windows_that_overlap_on_the_clock_choose_the_same_frames) {
  std::vector<core::MediaTime> all;
  for (int i = 0; i < 120; ++i) all.push_back(core::MediaTime::from_us(i * 33'367));
  const Indices early = nearest_frames(all, {}, every(125, 16));
  const Indices late = nearest_frames(all, core::MediaTime::from_us(1'000'000), every(125, 16));
  EXPECT_TRUE(std::equal(early.begin() + 8, early.end(), late.begin()));
}

}  // namespace
}  // namespace vigil::media
