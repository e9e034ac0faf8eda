#include "vision/grid_decoder.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "support/allocations.h"
#include "vision/suppression.h"

namespace vigil::vision {
namespace {

using core::Detection;

constexpr int kBins = 11;
constexpr float kNever = -20;

float logit(float probability) { return std::log(probability / (1 - probability)); }

// A grid of 3 × 2 points in which nothing is seen.
class Grid {
 public:
  Grid(int values, int classes)
      : values_(values),
        classes_(classes),
        boxes_(static_cast<std::size_t>(6 * values)),
        scores_(static_cast<std::size_t>(6 * classes), kNever) {}

  float& box(int point, int value) { return boxes_[static_cast<std::size_t>(point * values_ + value)]; }
  float& score(int point, int id) { return scores_[static_cast<std::size_t>(point * classes_ + id)]; }
  GridView view() const { return {.width = 3, .height = 2, .stride = 16, .boxes = boxes_, .classes = scores_}; }

 private:
  int values_, classes_;
  std::vector<float> boxes_, scores_;
};

// Point 4 lies in column 1 of row 1.
TEST(GridDecoder, distances_are_means_of_their_distributions) {
  Grid grid(4 * kBins, 2);
  grid.score(4, 1) = logit(0.75F);
  for (const auto& [side, distance] : {std::pair{0, 1}, {1, 2}, {2, 3}}) grid.box(4, side * kBins + distance) = 100;
  for (int bin = 0; bin < kBins; ++bin) grid.box(4, 3 * kBins + bin) = bin == 4 || bin == 5 ? 50.0F : 0.0F;
  std::vector<Detection> found;
  decode_distances(grid.view(), 0.5F, found);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NEAR(found[0].score, 0.75F, 1e-5F);
  EXPECT_EQ(found[0].class_id, 1);
  EXPECT_NEAR(found[0].box.left, 16 * (1.5F - 1), 1e-3F);
  EXPECT_NEAR(found[0].box.top, 16 * (1.5F - 2), 1e-3F);
  EXPECT_NEAR(found[0].box.right(), 16 * (1.5F + 3), 1e-3F);
  EXPECT_NEAR(found[0].box.bottom(), 16 * (1.5F + 4.5F), 1e-3F);
}

TEST(GridDecoder, centre_and_size_lie_relative_to_the_point) {
  Grid grid(5, 1);
  grid.score(4, 0) = logit(0.8F);
  grid.box(4, 0) = 0.25F;
  grid.box(4, 1) = -0.5F;
  grid.box(4, 2) = std::log(2.0F);
  grid.box(4, 3) = std::log(3.0F);
  grid.box(4, 4) = logit(0.9F);
  std::vector<Detection> found;
  decode_center_size(grid.view(), 0.7F, found);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NEAR(found[0].score, 0.72F, 1e-5F) << "objectness times class";
  EXPECT_NEAR(found[0].box.left, 16 * (1.25F - 1), 1e-3F);
  EXPECT_NEAR(found[0].box.top, 16 * (0.5F - 1.5F), 1e-3F);
  EXPECT_NEAR(found[0].box.width, 32, 1e-3F);
  EXPECT_NEAR(found[0].box.height, 48, 1e-3F);
  found.clear();
  decode_center_size(grid.view(), 0.73F, found);
  EXPECT_TRUE(found.empty());
}

TEST(GridDecoder, thresholds_hold_at_both_ends) {
  for (const auto& decode : {decode_center_size, decode_distances}) {
    Grid grid(decode == &decode_distances ? 4 * kBins : 5, 1);
    grid.score(0, 0) = 40;  // a sigmoid of exactly one
    for (int point = 0; point < 6; ++point) grid.box(point, 4) = 40;
    std::vector<Detection> found;
    decode(grid.view(), 0, found);
    EXPECT_EQ(found.size(), 6U);
    found.clear();
    decode(grid.view(), 1, found);
    EXPECT_EQ(found.size(), 1U);
  }
}

TEST(GridDecoder, boxes_that_are_not_finite_are_left_out) {
  for (const float wrong : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    Grid grid(5, 1);
    grid.score(2, 0) = grid.box(2, 4) = 10;
    grid.box(2, 2) = wrong;
    std::vector<Detection> found;
    decode_center_size(grid.view(), 0.5F, found);
    EXPECT_TRUE(found.empty());
    grid.box(2, 2) = 0;
    grid.score(2, 0) = std::numeric_limits<float>::quiet_NaN();
    decode_center_size(grid.view(), 0.5F, found);
    EXPECT_TRUE(found.empty());
  }
}

TEST(GridDecoder, decoding_and_suppression_allocate_nothing_in_the_steady_state) {
  Grid grid(4 * kBins, 1);
  for (int point = 0; point < 6; ++point) grid.score(point, 0) = 2;
  std::vector<Detection> found;
  decode_distances(grid.view(), 0.5F, found);
  const std::int64_t before = test::allocations();
  for (int i = 0; i < 3; ++i) {
    found.clear();
    decode_distances(grid.view(), 0.5F, found);
    suppress_overlaps(found, 0.65F);
  }
  EXPECT_EQ(test::allocations(), before);
}

}  // namespace
}  // namespace vigil::vision
