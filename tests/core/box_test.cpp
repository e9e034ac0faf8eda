#include "core/box.h"

#include <limits>

#include <gtest/gtest.h>

#include "core/pose.h"

namespace vigil::core {
namespace {

constexpr Box kSquare{.left = 10, .top = 20, .width = 10, .height = 10};

TEST(Box, says_where_its_edges_and_centre_are) {
  EXPECT_EQ(kSquare.right(), 20);
  EXPECT_EQ(kSquare.bottom(), 30);
  EXPECT_EQ(kSquare.center_x(), 15);
  EXPECT_EQ(kSquare.center_y(), 25);
  EXPECT_EQ(kSquare.area(), 100);
}

TEST(Box, iou_is_the_shared_area_over_the_area_of_both) {
  EXPECT_EQ(iou(kSquare, kSquare), 1);
  EXPECT_FLOAT_EQ(iou(kSquare, {.left = 15, .top = 20, .width = 10, .height = 10}), 50.0F / 150);
  EXPECT_FLOAT_EQ(iou(kSquare, {.left = 12, .top = 22, .width = 5, .height = 4}), 0.2F) << "one within the other";
  EXPECT_EQ(iou(kSquare, {.left = 20, .top = 20, .width = 10, .height = 10}), 0) << "side by side";
  EXPECT_EQ(iou(kSquare, {.left = 90, .top = 90, .width = 10, .height = 10}), 0);
}

TEST(Box, an_empty_one_overlaps_nothing) {
  for (const Box empty : {Box{}, Box{.left = 12, .top = 22, .width = 0, .height = 5},
                          Box{.left = 12, .top = 22, .width = -5, .height = 5}, Box{.width = -5, .height = -5}}) {
    EXPECT_TRUE(empty.empty());
    EXPECT_EQ(empty.area(), 0);
    EXPECT_EQ(iou(kSquare, empty), 0);
    EXPECT_EQ(iou(empty, empty), 0);
  }
}

TEST(Box, is_clipped_to_what_lies_in_the_frame) {
  EXPECT_EQ(clipped(kSquare, 640, 480), kSquare);
  EXPECT_EQ(clipped({.left = -5, .top = 470, .width = 20, .height = 60}, 640, 480),
            (Box{.left = 0, .top = 470, .width = 15, .height = 10}));
  EXPECT_TRUE(clipped({.left = 700, .top = 10, .width = 20, .height = 20}, 640, 480).empty());
}

TEST(Box, knows_numbers_that_are_none) {
  EXPECT_TRUE(kSquare.finite());
  EXPECT_FALSE((Box{.left = std::numeric_limits<float>::quiet_NaN()}.finite()));
  EXPECT_FALSE((Box{.height = std::numeric_limits<float>::infinity()}.finite()));
  EXPECT_TRUE((Box{.width = std::numeric_limits<float>::quiet_NaN(), .height = 1}.empty()));
}

TEST(Pose, names_the_17_key_points_in_the_order_of_coco) {
  Pose pose{};
  pose[KeyPoint::kRightAnkle] = {.x = 3, .y = 4, .score = 0.5F};
  EXPECT_EQ(pose.points.size(), 17U);
  EXPECT_EQ(pose.points[16].x, 3);
  EXPECT_EQ(static_cast<int>(KeyPoint::kLeftWrist), 9);
}

}  // namespace
}  // namespace vigil::core
