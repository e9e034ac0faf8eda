#include "learn/point_assignment.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vigil::learn {
namespace {

using core::Box;
using ::testing::Each;

// A row of eight points of stride 8: x = 4, 12, 20 … 60, y = 20.
std::vector<GridPoint> row_of_points() {
  std::vector<GridPoint> points;
  for (int i = 0; i < 8; ++i) points.push_back({.x = 4.0F + 8.0F * static_cast<float>(i), .y = 20, .stride = 8});
  return points;
}

std::vector<PointFinding> say(std::size_t points, const Box& box, float score) {
  return std::vector<PointFinding>(points, PointFinding{.box = box, .score = score});
}

std::ptrdiff_t count(const PointAssignment& assigned, int truth) { return std::ranges::count(assigned.truth, truth); }

constexpr Box kPerson{.left = 8, .top = 0, .width = 24, .height = 40};  // points 1, 2, 3 lie inside; its middle is 20, 20

TEST(PointAssignment, a_box_that_nothing_overlaps_gets_its_best_point_alone) {
  const auto points = row_of_points();
  auto found = say(points.size(), {}, 0.1F);
  found[3].score = 0.6F;
  const auto assigned = assign_points(points, found, std::vector{TruthBox{.box = kPerson}});
  EXPECT_EQ(count(assigned, 0), 1);
  EXPECT_EQ(assigned.truth[3], 0);
  EXPECT_EQ(assigned.iou[3], 0);
}

TEST(PointAssignment, a_box_gets_as_many_points_as_the_overlaps_add_up_to) {
  const auto points = row_of_points();
  const Box half{.left = 8, .top = 0, .width = 24, .height = 20};  // overlap 0.5
  const auto found = say(points.size(), half, 0.5F);
  // Candidates: within 20 pixels of the middle, points 0 … 4; their overlaps add up to 2.5.
  const auto assigned = assign_points(points, found, std::vector{TruthBox{.box = kPerson}});
  EXPECT_EQ(count(assigned, 0), 2);
  EXPECT_FLOAT_EQ(*std::ranges::max_element(assigned.iou), 0.5F);
}

TEST(PointAssignment, points_inside_come_before_better_ones_beside) {
  const auto points = row_of_points();
  auto found = say(points.size(), {}, 0.1F);
  found[0] = {.box = kPerson, .score = 0.9F};  // near the middle, yet outside of the box
  const auto assigned = assign_points(points, found, std::vector{TruthBox{.box = kPerson}});
  EXPECT_EQ(count(assigned, 0), 1);
  EXPECT_EQ(assigned.truth[0], kNoTruth);
}

TEST(PointAssignment, a_point_that_two_boxes_want_goes_to_the_cheaper_one) {
  const std::vector<GridPoint> points = {{.x = 20, .y = 20, .stride = 8}};
  const std::vector<PointFinding> found = {{.box = kPerson, .score = 0.5F}};
  const Box wider{.left = 0, .top = 0, .width = 40, .height = 40};
  for (const bool swapped : {false, true}) {
    std::vector<TruthBox> truth = {{.box = wider}, {.box = kPerson}};
    if (swapped) std::ranges::reverse(truth);
    const auto assigned = assign_points(points, found, truth);
    EXPECT_EQ(truth[static_cast<std::size_t>(assigned.truth[0])].box, kPerson);
    EXPECT_FLOAT_EQ(assigned.iou[0], 1);
  }
}

TEST(PointAssignment, ignored_boxes_get_no_points_and_shield_those_inside) {
  const auto points = row_of_points();
  const auto found = say(points.size(), kPerson, 0.5F);
  for (const TruthKind kind : {TruthKind::kIgnored, TruthKind::kCrowd}) {
    const auto assigned = assign_points(points, found, std::vector{TruthBox{.box = kPerson, .kind = kind}});
    EXPECT_THAT(assigned.truth, Each(kNoTruth));
    EXPECT_EQ(assigned.ignored, (std::vector<bool>{false, true, true, true, false, false, false, false}));
  }
}

TEST(PointAssignment, without_boxes_everything_is_background) {
  const auto points = row_of_points();
  const auto assigned = assign_points(points, say(points.size(), kPerson, 0.5F), {});
  EXPECT_THAT(assigned.truth, Each(kNoTruth));
  EXPECT_THAT(assigned.ignored, Each(false));
}

}  // namespace
}  // namespace vigil::learn
