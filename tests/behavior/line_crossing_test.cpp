#include "behavior/line_crossing.h"

#include <cmath>

#include <gmock/gmock.h>

namespace vigil::behavior {
namespace {

using core::MediaTime;

constexpr double kMargin = 10;
constexpr PixelLine kLevel{.from_x = 0, .from_y = 100, .to_x = 200, .to_y = 100};

TEST(LineCrossing, right_is_right_of_who_walks_along_the_line) {
  LineCrossing level(kLevel);
  EXPECT_FALSE(level.push(MediaTime(), 50, 50, kMargin));
  const auto down = level.push(MediaTime::from_seconds(1), 50, 150, kMargin);
  ASSERT_TRUE(down);
  EXPECT_EQ(down->direction, LineDirection::kLeftToRight);
  EXPECT_EQ(level.push(MediaTime::from_seconds(2), 50, 50, kMargin)->direction, LineDirection::kRightToLeft);

  LineCrossing upwards({.from_x = 100, .from_y = 200, .to_x = 100, .to_y = 0});
  EXPECT_FALSE(upwards.push(MediaTime(), 50, 50, kMargin));
  EXPECT_EQ(upwards.push(MediaTime::from_seconds(1), 150, 50, kMargin)->direction, LineDirection::kLeftToRight);
}

TEST(LineCrossing, counts_when_clearly_beyond_and_says_since_when) {
  LineCrossing crossing(kLevel);
  EXPECT_FALSE(crossing.push(MediaTime::from_seconds(0), 50, 80, kMargin));
  EXPECT_FALSE(crossing.push(MediaTime::from_seconds(1), 50, 95, kMargin));
  EXPECT_FALSE(crossing.push(MediaTime::from_seconds(2), 50, 105, kMargin));
  EXPECT_FALSE(crossing.push(MediaTime::from_seconds(3), 50, 96, kMargin)) << "back";
  EXPECT_FALSE(crossing.push(MediaTime::from_seconds(4), 50, 104, kMargin));
  EXPECT_FALSE(crossing.push(MediaTime::from_seconds(5), 50, 109, kMargin));
  const auto crossed = crossing.push(MediaTime::from_seconds(6), 50, 110, kMargin);
  ASSERT_TRUE(crossed);
  EXPECT_EQ(crossed->since.seconds(), 4);
  EXPECT_FALSE(crossing.push(MediaTime::from_seconds(7), 50, 95, kMargin)) << "not clearly back";
  EXPECT_FALSE(crossing.push(MediaTime::from_seconds(8), 50, 150, kMargin)) << "and never away";
}

TEST(LineCrossing, who_begins_on_the_line_has_no_side_yet) {
  LineCrossing crossing(kLevel);
  EXPECT_FALSE(crossing.push(MediaTime::from_seconds(0), 50, 98, kMargin));
  EXPECT_FALSE(crossing.push(MediaTime::from_seconds(1), 50, 120, kMargin));
  EXPECT_TRUE(crossing.push(MediaTime::from_seconds(2), 50, 80, kMargin));
}

TEST(LineCrossing, around_the_end_is_not_across) {
  LineCrossing crossing(kLevel);
  EXPECT_FALSE(crossing.push(MediaTime::from_seconds(0), 210, 80, kMargin));
  EXPECT_FALSE(crossing.push(MediaTime::from_seconds(1), 210, 120, kMargin));
  EXPECT_TRUE(crossing.push(MediaTime::from_seconds(2), 150, 80, kMargin)) << "but the side is known";
}

}  // namespace
}  // namespace vigil::behavior
