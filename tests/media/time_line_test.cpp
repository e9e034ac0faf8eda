#include "media/time_line.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vigil::media {
namespace {

using core::MediaDuration;
using core::MediaTime;
using testing::ElementsAre;

struct Placed {
  std::vector<std::int64_t> us;
  std::uint64_t mended = 0;
};

// Ticks are milliseconds, the nominal period is 40 ms. -1 stands for a missing timestamp.
Placed place(const std::vector<std::int64_t>& ticks, std::int64_t duration = 0, int wrap_bits = 64) {
  TimeLine line({.tick_numerator = 1, .tick_denominator = 1000, .wrap_bits = wrap_bits});
  Placed placed;
  for (const std::int64_t tick : ticks) {
    placed.us.push_back(line.place(tick == -1 ? std::nullopt : std::optional(tick), duration).us() / 1000);
  }
  placed.mended = line.mended();
  return placed;
}

TEST(TimeLine, starts_at_zero_and_keeps_a_variable_rate) {
  const Placed placed = place({5000, 5040, 5140, 5150});
  EXPECT_THAT(placed.us, ElementsAre(0, 40, 140, 150));
  EXPECT_EQ(placed.mended, 0u);
}

TEST(TimeLine, starts_at_zero_from_negative_times) { EXPECT_THAT(place({-80, -40, 0, 40}).us, ElementsAre(0, 40, 80, 120)); }

TEST(TimeLine, spaces_frames_without_times_by_their_duration_or_the_nominal_period) {
  EXPECT_THAT(place({-1, -1, -1}).us, ElementsAre(0, 40, 80));
  EXPECT_THAT(place({-1, -1, -1}, 33).us, ElementsAre(0, 33, 66));
  EXPECT_EQ(place({-1, -1, -1}).mended, 3u);
}

TEST(TimeLine, fills_a_missing_time_between_good_ones) {
  const Placed placed = place({100, -1, 180});
  EXPECT_THAT(placed.us, ElementsAre(0, 40, 80));
  EXPECT_EQ(placed.mended, 1u);
}

TEST(TimeLine, takes_up_times_that_begin_later) { EXPECT_THAT(place({-1, -1, 700, 740}).us, ElementsAre(0, 40, 80, 120)); }

TEST(TimeLine, sets_a_repeated_time_half_a_period_later) {
  const Placed placed = place({0, 0, 40, 40, 80});
  EXPECT_THAT(placed.us, ElementsAre(0, 20, 40, 60, 80));
  EXPECT_EQ(placed.mended, 2u);
}

TEST(TimeLine, rises_where_every_time_is_the_same) {
  const Placed placed = place({7, 7, 7, 7, 7, 7});
  for (std::size_t i = 1; i < placed.us.size(); ++i) EXPECT_GT(placed.us[i], placed.us[i - 1]);
  EXPECT_GT(placed.us.back(), 100);
  EXPECT_EQ(placed.mended, 5u);
}

TEST(TimeLine, takes_a_restarted_clock_as_its_own) {
  const Placed placed = place({0, 40, 80, 60'000, 60'040, 100, 140, 180});
  EXPECT_THAT(placed.us, ElementsAre(0, 40, 80, 60'000, 60'040, 60'080, 60'120, 60'160));
  EXPECT_EQ(placed.mended, 1u);
}

TEST(TimeLine, follows_a_clock_that_fell_a_little_after_three_mends) {
  const Placed placed = place({0, 40, 80, 120, 0, 40, 80, 120, 160, 200});
  EXPECT_EQ(placed.mended, 3u);
  EXPECT_EQ(placed.us[9] - placed.us[8], 40);
}

TEST(TimeLine, undoes_wrapping) {
  const std::int64_t whole = std::int64_t{1} << 33;
  const Placed placed = place({whole - 40, whole - 1, 39, 79}, 0, 33);
  EXPECT_THAT(placed.us, ElementsAre(0, 39, 79, 119));
  EXPECT_EQ(placed.mended, 0u);
}

TEST(TimeLine, undoes_wrapping_more_than_once) {
  TimeLine line({.tick_numerator = 1, .tick_denominator = 90'000, .wrap_bits = 33});
  MediaTime last;
  std::int64_t raw = 0;
  const std::int64_t step = 90'000LL * 3600;
  for (int hour = 0; hour < 100; ++hour, raw = (raw + step) % (std::int64_t{1} << 33)) {
    last = line.place(raw, 0);
    ASSERT_EQ(last.us(), hour * 3'600'000'000LL);
  }
  EXPECT_EQ(line.mended(), 0u);
}

TEST(TimeLine, takes_a_leap_of_more_than_a_day_as_a_broken_time) {
  const Placed placed = place({0, 40, 90'000'000'000, 120, 160});
  EXPECT_THAT(placed.us, ElementsAre(0, 40, 80, 120, 160));
  EXPECT_EQ(placed.mended, 1u);
}

TEST(TimeLine, survives_the_wildest_numbers) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  constexpr auto kLeast = std::numeric_limits<std::int64_t>::min() + 1;
  for (const int bits : {8, 32, 33, 64}) {
    TimeLine line({.tick_numerator = 1'000'000, .tick_denominator = 1, .wrap_bits = bits});
    MediaTime last = line.place(0, 0);
    for (const std::int64_t tick :
         {kMost, kLeast, std::int64_t{5}, kMost / 2, kLeast / 2, kMost / 4, kLeast / 4, std::int64_t{6}}) {
      const MediaTime next = line.place(tick, tick);
      ASSERT_GT(next, last);
      last = next;
    }
  }
}

TEST(TimeLine, may_fall_after_a_jump_and_keeps_its_zero) {
  TimeLine line({.tick_numerator = 1, .tick_denominator = 1000});
  line.place(500, 0);
  line.place(900, 0);
  line.jump();
  EXPECT_EQ(line.place(600, 0), MediaTime::from_us(100'000));
  EXPECT_EQ(line.to_ticks(MediaTime::from_us(100'000)), 600);
  EXPECT_EQ(line.to_duration(250), MediaDuration::from_us(250'000));
  EXPECT_EQ(line.mended(), 0u);
}

}  // namespace
}  // namespace vigil::media
