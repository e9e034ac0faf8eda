#include "vision/tiling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vision/suppression.h"

namespace vigil::vision {
namespace {

using core::Box;
using core::Detection;
using ::testing::FloatEq;

Detection person(const Box& box, float score) { return {.box = box, .score = score, .class_id = 0}; }

std::vector<Box> boxes_of(const std::vector<Detection>& detections) {
  std::vector<Box> boxes;
  for (const Detection& each : detections) boxes.push_back(each.box);
  return boxes;
}

TEST(Suppression, keeps_the_surest_of_boxes_that_overlap) {
  const Box first{.left = 0, .top = 0, .width = 10, .height = 20};
  const Box shifted{.left = 1, .top = 0, .width = 10, .height = 20};  // IoU 180 / 220 = 0.82
  const Box apart{.left = 8, .top = 0, .width = 10, .height = 20};
  std::vector<Detection> detections = {person(shifted, 0.5F), person(apart, 0.4F), person(first, 0.9F)};
  suppress_overlaps(detections, 0.65F);
  EXPECT_EQ(boxes_of(detections), (std::vector{first, apart}));
  detections = {person(first, 0.9F), {.box = shifted, .score = 0.5F, .class_id = 1}};
  suppress_overlaps(detections, 0.65F);
  EXPECT_EQ(detections.size(), 2U) << "of different classes";
}

TEST(Suppression, does_not_depend_on_the_order_of_equals) {
  const Box first{.left = 0, .top = 0, .width = 10, .height = 20};
  const Box shifted{.left = 1, .top = 0, .width = 10, .height = 20};
  std::vector<Detection> one = {person(first, 0.5F), person(shifted, 0.5F)};
  std::vector<Detection> other = {person(shifted, 0.5F), person(first, 0.5F)};
  suppress_overlaps(one, 0.65F);
  suppress_overlaps(other, 0.65F);
  EXPECT_EQ(boxes_of(one), boxes_of(other));
}

TEST(Tiling, tiles_cover_the_frame_and_share_the_overlap) {
  for (const auto& [width, height] : std::vector<std::pair<int, int>>{{1920, 1080}, {767, 575}, {1, 1}, {3, 1000}}) {
    const auto tiles = tiles_of(width, height, {.columns = 3, .rows = 2, .overlap = 0.25});
    ASSERT_EQ(tiles.size(), 6U);
    EXPECT_EQ(tiles.front().left, 0);
    EXPECT_EQ(tiles.front().top, 0);
    EXPECT_EQ(tiles.back().left + tiles.back().width, width);
    EXPECT_EQ(tiles.back().top + tiles.back().height, height);
    EXPECT_LE(tiles[1].left, tiles[0].width) << "no gap";
    EXPECT_NEAR(tiles[0].width - tiles[1].left, 0.25 * tiles[0].width, 2);
  }
  EXPECT_EQ(tiles_of(640, 480, {}), (std::vector{PixelRect{.width = 640, .height = 480}}));
}

// Two tiles of 120 × 100 in a frame of 200 × 100: columns 80 to 120 are in both.
class TwoTiles : public ::testing::Test {
 protected:
  std::vector<Detection> joined(const std::vector<Detection>& left, const std::vector<Detection>& right) const {
    return join_tiles(tiles_, std::vector{left, right}, {.frame_width_px = 200, .frame_height_px = 100});
  }

  std::vector<PixelRect> tiles_ = {{.left = 0, .top = 0, .width = 120, .height = 100},
                                   {.left = 80, .top = 0, .width = 120, .height = 100}};
  Box whole_{.left = 85, .top = 10, .width = 50, .height = 80};
  Box left_half_{.left = 85, .top = 10, .width = 35, .height = 80};  // ends at column 120
};

TEST_F(TwoTiles, a_person_cut_by_the_border_is_one_person) {
  const auto people = joined({person(left_half_, 0.9F)}, {person(whole_, 0.6F)});
  EXPECT_EQ(boxes_of(people), std::vector{whole_}) << "though the fragment was surer";
  EXPECT_THAT(people.front().score, FloatEq(0.9F));
}

TEST_F(TwoTiles, a_person_seen_whole_by_both_is_one_person) {
  const Box seen{.left = 90, .top = 10, .width = 20, .height = 60};
  EXPECT_EQ(joined({person(seen, 0.8F)}, {person(seen, 0.7F)}).size(), 1U);
}

TEST_F(TwoTiles, a_small_person_in_front_of_a_larger_one_stays) {
  const Box large{.left = 20, .top = 5, .width = 60, .height = 90};
  const Box small{.left = 40, .top = 60, .width = 15, .height = 30};
  EXPECT_EQ(joined({person(large, 0.9F), person(small, 0.6F)}, {}).size(), 2U);
  const Box in_both{.left = 95, .top = 60, .width = 15, .height = 30};
  EXPECT_EQ(joined({person(in_both, 0.6F)}, {person(in_both, 0.6F), person(whole_, 0.9F)}).size(), 2U);
}

TEST_F(TwoTiles, fragments_of_different_people_stay) {
  const Box other{.left = 110, .top = 10, .width = 10, .height = 80};
  const Box far_right{.left = 150, .top = 10, .width = 40, .height = 80};
  EXPECT_EQ(joined({person(other, 0.9F)}, {person(far_right, 0.6F)}).size(), 2U);
}

TEST_F(TwoTiles, a_box_at_the_edge_of_the_frame_is_no_fragment) {
  const Box large{.left = 0, .top = 0, .width = 60, .height = 100};
  const Box small{.left = 0, .top = 60, .width = 20, .height = 40};
  EXPECT_EQ(joined({person(large, 0.9F), person(small, 0.6F)}, {}).size(), 2U);
}

}  // namespace
}  // namespace vigil::vision
