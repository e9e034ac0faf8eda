#include "vision/foreign_layout.h"

#include <cmath>

#include <gtest/gtest.h>

namespace vigil::vision {
namespace {

using core::Box;
using core::Detection;

constexpr InputSize kSize{.width_px = 64, .height_px = 32};  // grids of 8 × 4, 4 × 2 and 2 × 1: 42 points

// An output that says nothing but what is written into it.
struct Output {
  explicit Output(std::vector<int> lengths) : shape(std::move(lengths)) {
    std::size_t count = 1;
    for (const int length : shape) count *= static_cast<std::size_t>(length);
    values.assign(count, 0);
  }
  OutputView view() const { return {.shape = shape, .values = values.data()}; }
  void write(std::size_t at, const std::vector<float>& row, std::size_t step = 1) {
    for (std::size_t i = 0; i < row.size(); ++i) values[at + i * step] = row[i];
  }
  std::vector<Detection> decoded(ForeignLayout layout, std::vector<int> classes = {0, 1, 2}) const {
    std::vector<Detection> found;
    decode(view(), layout, {.size = kSize, .threshold = 0.3F, .classes = std::move(classes)},
           [&](const Detection& candidate) { found.push_back(candidate); });
    return found;
  }

  std::vector<int> shape;
  std::vector<float> values;
};

void expect_only(const std::vector<Detection>& found, const Box& box, float score, int class_id) {
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NEAR(found[0].box.left, box.left, 1e-4);
  EXPECT_NEAR(found[0].box.top, box.top, 1e-4);
  EXPECT_NEAR(found[0].box.width, box.width, 1e-4);
  EXPECT_NEAR(found[0].box.height, box.height, 1e-4);
  EXPECT_NEAR(found[0].score, score, 1e-6);
  EXPECT_EQ(found[0].class_id, class_id);
}

std::optional<ForeignLayout> recognized(const Output& output) { return recognize_layout(std::vector{output.view()}, kSize); }

TEST(ForeignLayout, yolox_boxes_are_relative_to_their_grid) {
  Output output({1, 42, 8});
  EXPECT_EQ(recognized(output), ForeignLayout::kYolox);
  EXPECT_EQ(class_count(output.view(), ForeignLayout::kYolox), 3);
  // Point 32 + 5 is column 1, row 1 of the grid of stride 16.
  output.write(37 * 8, {0.5F, 0.25F, std::log(0.5F), std::log(1.5F), 0.8F, 0.1F, 0.9F, 0.6F});
  expect_only(output.decoded(ForeignLayout::kYolox), {.left = 20, .top = 8, .width = 8, .height = 24}, 0.72F, 1);
  expect_only(output.decoded(ForeignLayout::kYolox, {0, 2}), {.left = 20, .top = 8, .width = 8, .height = 24}, 0.48F, 2);
  EXPECT_TRUE(output.decoded(ForeignLayout::kYolox, {0}).empty()) << "0.08 is below the threshold";
}

TEST(ForeignLayout, yolov5_boxes_are_in_pixels) {
  Output output({1, 126, 8});
  EXPECT_EQ(recognized(output), ForeignLayout::kYolov5);
  output.write(99 * 8, {30, 20, 10, 16, 0.5F, 0.9F, 0.1F, 0.2F});
  expect_only(output.decoded(ForeignLayout::kYolov5), {.left = 25, .top = 12, .width = 10, .height = 16}, 0.45F, 0);
}

TEST(ForeignLayout, yolov8_boxes_stand_in_columns) {
  Output output({1, 7, 42});
  EXPECT_EQ(recognized(output), ForeignLayout::kYolov8);
  EXPECT_EQ(class_count(output.view(), ForeignLayout::kYolov8), 3);
  output.write(11, {30, 20, 10, 16, 0.1F, 0.2F, 0.7F}, 42);
  expect_only(output.decoded(ForeignLayout::kYolov8), {.left = 25, .top = 12, .width = 10, .height = 16}, 0.7F, 2);
}

TEST(ForeignLayout, ssd_labels_count_from_one) {
  Output output({1, 1, 5, 7});
  EXPECT_EQ(recognized(output), ForeignLayout::kSsd);
  output.write(0, {0, 1, 0.9F, 0.25F, 0.5F, 0.5F, 1});
  output.write(7, {0, 18, 0.8F, 0, 0, 1, 1});
  output.write(14, {0, 0, 0.8F, 0, 0, 1, 1});        // background
  output.write(21, {0, NAN, 0.8F, 0, 0, 1, 1});      // no label
  output.write(28, {0, 1, 0.8F, 0.5F, 0, 0.5F, 1});  // no width
  expect_only(output.decoded(ForeignLayout::kSsd), {.left = 16, .top = 16, .width = 16, .height = 16}, 0.9F, 0);
  EXPECT_EQ(output.decoded(ForeignLayout::kSsd, {}).size(), 2U);
}

TEST(ForeignLayout, darknet_boxes_are_parts_of_the_input) {
  Output output({30, 8});
  EXPECT_EQ(recognized(output), ForeignLayout::kDarknet);
  output.write(3 * 8, {0.5F, 0.5F, 0.25F, 0.5F, 0.9F, 0.1F, 0.6F, 0.2F});
  expect_only(output.decoded(ForeignLayout::kDarknet), {.left = 24, .top = 8, .width = 16, .height = 16}, 0.6F, 1);
}

TEST(ForeignLayout, other_shapes_are_of_no_layout) {
  for (const std::vector<int>& shape :
       std::vector<std::vector<int>>{{1, 41, 8}, {2, 42, 8}, {1, 42, 5}, {1, 3, 32, 64}, {1, 4, 42}}) {
    EXPECT_FALSE(recognized(Output(shape)));
  }
  EXPECT_FALSE(recognize_layout({}, kSize));
}

TEST(ForeignLayout, numbers_that_are_none_give_no_box) {
  Output output({1, 42, 8});
  output.write(0, {NAN, 0, 0, 0, 0.9F, 0.9F, 0, 0});
  output.write(8, {0, 0, 2000, 0, 0.9F, 0.9F, 0, 0});  // e^2000
  output.write(16, {0, 0, 0, 0, NAN, 0.9F, 0, 0});
  EXPECT_TRUE(output.decoded(ForeignLayout::kYolox).empty());
}

}  // namespace
}  // namespace vigil::vision
