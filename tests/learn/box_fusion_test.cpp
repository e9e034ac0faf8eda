#include "learn/box_fusion.h"

#include <gtest/gtest.h>

namespace vigil::learn {
namespace {

using core::Box;
using core::Detection;

constexpr Box kLeft{.left = 10, .top = 10, .width = 20, .height = 40};
constexpr Box kRight{.left = 100, .top = 10, .width = 20, .height = 40};

TEST(BoxFusion, what_all_see_keeps_its_mean_score_and_gets_the_weighted_mean_of_the_boxes) {
  const Box shifted{.left = 12, .top = 10, .width = 20, .height = 40};
  const auto fused = fuse_boxes(std::vector<std::vector<Detection>>{{{kLeft, 0.9F}}, {{shifted, 0.3F}}});
  ASSERT_EQ(fused.size(), 1U);
  EXPECT_NEAR(fused[0].box.left, (0.9 * 10 + 0.3 * 12) / 1.2, 1e-4);
  EXPECT_NEAR(fused[0].box.width, 20, 1e-4);
  EXPECT_NEAR(fused[0].score, 0.6, 1e-6);
}

TEST(BoxFusion, what_one_of_two_sees_is_half_as_sure) {
  const auto fused = fuse_boxes(std::vector<std::vector<Detection>>{{{kLeft, 0.8F}, {kRight, 0.5F}}, {{kRight, 0.7F}}});
  ASSERT_EQ(fused.size(), 2U);
  EXPECT_NEAR(fused[0].box.left, kRight.left, 1e-3) << "surest first";
  EXPECT_NEAR(fused[0].score, 0.6, 1e-6);
  EXPECT_NEAR(fused[1].score, 0.4, 1e-6);
}

TEST(BoxFusion, agreement_is_between_detectors_and_not_between_boxes_of_one) {
  const auto fused = fuse_boxes(std::vector<std::vector<Detection>>{{{kLeft, 0.8F}, {kLeft, 0.8F}}, {}});
  ASSERT_EQ(fused.size(), 1U);
  EXPECT_NEAR(fused[0].score, 0.4, 1e-6);
}

TEST(BoxFusion, unsure_boxes_are_left_out) {
  EXPECT_TRUE(fuse_boxes(std::vector<std::vector<Detection>>{{{kLeft, 0.2F}}, {}}, {.min_score = 0.15F}).empty());
  EXPECT_TRUE(fuse_boxes({}).empty());
}

}  // namespace
}  // namespace vigil::learn
