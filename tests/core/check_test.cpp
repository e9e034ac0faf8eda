#include "core/check.h"

#include <gtest/gtest.h>

namespace vigil::core {
namespace {

TEST(Check, a_condition_that_holds_costs_nothing_visible) {
  int evaluations = 0;
  VIGIL_CHECK(++evaluations == 1, "counts its own evaluation");
  EXPECT_EQ(evaluations, 1);
}

TEST(CheckDeathTest, a_broken_condition_says_what_and_where_and_aborts) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const int count = -1;
  EXPECT_DEATH(VIGIL_CHECK(count >= 0, "count of a ring buffer"),
               "check_test.cpp:[0-9]+: CHECK failed: count >= 0 \\(count of a ring buffer\\)");
}

}  // namespace
}  // namespace vigil::core
