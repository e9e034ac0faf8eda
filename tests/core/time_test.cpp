#include "core/time.h"

#include <gtest/gtest.h>

namespace vigil::core {
namespace {

TEST(MediaTime, differences_are_durations_and_exact) {
  const MediaTime first = MediaTime::from_us(40'000);
  const MediaTime later = first + MediaDuration::from_seconds(2.0);
  EXPECT_EQ(later.us(), 2'040'000);
  EXPECT_EQ((later - first).us(), 2'000'000);
  EXPECT_DOUBLE_EQ((later - first).seconds(), 2.0);
  EXPECT_EQ(later - MediaDuration::from_us(2'000'000), first);
}

TEST(MediaTime, seconds_round_to_the_nearest_microsecond) {
  // 1/3 s and 0.1 + 0.2 have no exact binary form; truncation would lose a microsecond.
  EXPECT_EQ(MediaTime::from_seconds(1.0 / 3.0).us(), 333'333);
  EXPECT_EQ(MediaTime::from_seconds(0.1 + 0.2).us(), 300'000);
  EXPECT_EQ(MediaTime::from_seconds(-0.0000015).us(), -2);
  EXPECT_EQ(MediaDuration::from_seconds(2.0 / 3.0).us(), 666'667);
}

TEST(MediaTime, orders_by_time) {
  EXPECT_LT(MediaTime::from_us(-1), MediaTime());
  EXPECT_LT(MediaTime::min(), MediaTime::from_us(-1));
  EXPECT_GT(MediaTime::max(), MediaTime::from_seconds(1e9));
  EXPECT_EQ(MediaTime(), MediaTime::from_us(0));
}

TEST(MediaDuration, scales_and_negates) {
  const MediaDuration frame = MediaDuration::from_us(40'000);
  EXPECT_EQ((frame * 25).us(), 1'000'000);
  EXPECT_EQ((frame / 3).us(), 13'333);
  EXPECT_EQ(-frame, MediaDuration::from_us(-40'000));
  EXPECT_EQ(frame - frame * 2, -frame);
}

TEST(FormatClock, shows_hours_only_when_there_are_any) {
  EXPECT_EQ(format_clock(MediaTime()), "0:00.000");
  EXPECT_EQ(format_clock(MediaTime::from_seconds(61.5)), "1:01.500");
  EXPECT_EQ(format_clock(MediaTime::from_seconds(3723.456)), "1:02:03.456");
}

TEST(FormatClock, never_shows_sixty_seconds) {
  EXPECT_EQ(format_clock(MediaTime::from_us(59'999'999)), "0:59.999");
  EXPECT_EQ(format_clock(MediaTime::from_us(3'599'999'999)), "59:59.999");
}

TEST(FormatClock, shows_negative_times_down_to_the_smallest) {
  EXPECT_EQ(format_clock(MediaTime::from_seconds(-1.0)), "-0:01.000");
  EXPECT_EQ(format_clock(MediaTime::min()), "-2562047788:00:54.775");
}

}  // namespace
}  // namespace vigil::core
