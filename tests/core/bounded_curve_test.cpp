#include "core/bounded_curve.h"

#include <gmock/gmock.h>

namespace vigil::core {
namespace {

struct Sum {
  int first = 0;
  int count = 0;

  void join(const Sum& next) { count += next.count; }
};

TEST(BoundedCurve, holds_every_point_while_there_is_room) {
  BoundedCurve<Sum> curve(4);
  for (int i = 0; i < 4; ++i) curve.push({.first = i, .count = 1});
  ASSERT_EQ(curve.points().size(), 4U);
  EXPECT_EQ(curve.points()[3].first, 3);
}

TEST(BoundedCurve, joins_neighbours_evenly_when_it_is_full) {
  BoundedCurve<Sum> curve(4);
  for (int i = 0; i < 11; ++i) curve.push({.first = i, .count = 1});
  ASSERT_EQ(curve.points().size(), 3U);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(curve.points()[static_cast<std::size_t>(i)].first, 4 * i);
    EXPECT_EQ(curve.points()[static_cast<std::size_t>(i)].count, i < 2 ? 4 : 3);
  }
}

TEST(BoundedCurve, loses_nothing_however_long) {
  BoundedCurve<Sum> curve(10);
  for (int i = 0; i < 100'003; ++i) {
    curve.push({.first = i, .count = 1});
    ASSERT_LE(curve.points().size(), 10U);
  }
  int total = 0;
  for (const Sum& point : curve.points()) {
    EXPECT_EQ(point.first, total);
    total += point.count;
  }
  EXPECT_EQ(total, 100'003);
}

}  // namespace
}  // namespace vigil::core
