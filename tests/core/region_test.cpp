#include "core/region.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vigil::core {
namespace {

using testing::HasSubstr;

TEST(Region, holds_what_lies_inside_its_corners) {
  // An L.
  const auto region = Region::parse("0,0 0.5,0 0.5,0.5 1,0.5  1,1 0,1");
  ASSERT_TRUE(region) << region.error().message;
  EXPECT_EQ(region->corners().size(), 6U);
  EXPECT_TRUE(region->contains(0.25, 0.25));
  EXPECT_FALSE(region->contains(0.75, 0.25));
  EXPECT_TRUE(region->contains(0.75, 0.75));
  EXPECT_FALSE(region->contains(1.5, 0.75));
}

TEST(Region, people_are_where_their_feet_are) {
  const auto lower = Region::parse("0,0.5 1,0.5 1,1 0,1");
  ASSERT_TRUE(lower);
  EXPECT_TRUE(lower->holds_feet_of({.left = 10, .top = 10, .width = 20, .height = 60}, 100, 100));
  EXPECT_FALSE(lower->holds_feet_of({.left = 10, .top = 0, .width = 20, .height = 40}, 100, 100));
  EXPECT_TRUE(lower->holds_feet_of({.left = 80, .top = 40, .width = 40, .height = 60}, 100, 100)) << "cut off by the border";
}

TEST(Region, is_the_same_from_numbers_as_from_text) {
  const auto region = Region::from_corners({{0, 0.5}, {1, 0.5}, {1, 1}});
  ASSERT_TRUE(region) << region.error().message;
  EXPECT_EQ(region->corners().size(), 3U);
  EXPECT_TRUE(region->holds_feet_at(90, 80, 100, 100));
  EXPECT_FALSE(region->holds_feet_at(10, 80, 100, 100));
  EXPECT_TRUE(region->holds_feet_at(120, 130, 100, 100)) << "cut off by the border";

  const auto outside = Region::from_corners({{0, 0.5}, {1.5, 0.5}, {1, 1}});
  ASSERT_FALSE(outside);
  EXPECT_THAT(outside.error().message, HasSubstr("corner 1.5, 0.5"));
  EXPECT_FALSE(Region::from_corners({{0, 0}, {1, 1}}));
}

TEST(Region, what_is_wrong_is_said) {
  for (const auto& [text, expected] : {std::pair{"0,0 1,1", "three corners"},
                                       {"0,0 1,1 2,0", "'2,0'"},
                                       {"0,0 1,1 a,0", "'a,0'"},
                                       {"0,0 1,1 1", "'1'"},
                                       {"0,0 1,1 nan,0", "'nan,0'"},
                                       {"", "three corners"}}) {
    const auto region = Region::parse(text);
    ASSERT_FALSE(region) << text;
    EXPECT_THAT(region.error().message, HasSubstr(expected));
  }
}

}  // namespace
}  // namespace vigil::core
