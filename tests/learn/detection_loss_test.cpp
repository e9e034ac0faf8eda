#include "learn/detection_loss.h"

#include <array>
#include <cmath>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "learn/box_labels.h"
#include "nets/detection_net.h"

namespace vigil::learn {
namespace {

using core::Box;

constexpr double kLogit = 0.4;

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double cross_entropy(double logit, double target) {
  return -target * std::log(sigmoid(logit)) - (1 - target) * std::log(1 - sigmoid(logit));
}

torch::Tensor labels_of(const std::vector<TruthBox>& boxes) {
  torch::Tensor labels = torch::zeros({1, kMaxBoxLabels, kBoxLabelValues});
  write_box_labels(boxes, {labels.data_ptr<float>(), static_cast<std::size_t>(labels.numel())});
  return labels;
}

// Two points far apart; the first says a box that overlaps kTruth by one half, the second an empty one.
constexpr Box kTruth{.left = 0, .top = 0, .width = 16, .height = 16};

DenseBoxes two_points(bool with_objectness) {
  DenseBoxes said;
  said.points = {{.x = 4, .y = 4, .stride = 8}, {.x = 100, .y = 100, .stride = 8}};
  said.boxes = torch::tensor({{{0.0F, 0.0F, 16.0F, 8.0F}, {100.0F, 100.0F, 100.0F, 100.0F}}});
  said.classes = torch::full({1, 2}, kLogit);
  if (with_objectness) said.objectness = torch::full({1, 2}, -kLogit);
  return said;
}

double loss_of(const DenseBoxes& said, const std::vector<TruthBox>& boxes, const DetectionLossOptions& options = {}) {
  return detection_loss(said, labels_of(boxes), options).item<double>();
}

TEST(DetectionLoss, of_a_head_with_objectness_is_what_the_paper_adds_up) {
  const double expected =
      5 * (1 - 0.25) + cross_entropy(kLogit, 0.5) + cross_entropy(-kLogit, 1) + cross_entropy(-kLogit, 0);
  EXPECT_NEAR(loss_of(two_points(true), {{.box = kTruth}}), expected, 1e-5);
}

TEST(DetectionLoss, of_a_head_without_is_the_quality_focal_loss) {
  const double p = sigmoid(kLogit);
  const double expected =
      2 * (1 - 0.25) + (0.5 - p) * (0.5 - p) * cross_entropy(kLogit, 0.5) + p * p * cross_entropy(kLogit, 0);
  EXPECT_NEAR(loss_of(two_points(false), {{.box = kTruth}}), expected, 1e-5);
}

TEST(DetectionLoss, without_boxes_only_the_background_is_left) {
  EXPECT_NEAR(loss_of(two_points(true), {}), 2 * cross_entropy(-kLogit, 0), 1e-5);
}

TEST(DetectionLoss, an_ignored_box_takes_its_points_out_of_the_background) {
  EXPECT_NEAR(loss_of(two_points(true), {{.box = kTruth, .kind = TruthKind::kCrowd}}), cross_entropy(-kLogit, 0), 1e-5);
}

TEST(DetectionLoss, a_label_counts_by_its_weight) {
  const double full = loss_of(two_points(true), {{.box = kTruth}}) - cross_entropy(-kLogit, 0);
  const double weighted = loss_of(two_points(true), {{.box = kTruth, .weight = 0.25F}}) - cross_entropy(-kLogit, 0);
  EXPECT_NEAR(weighted, full / 4, 1e-5) << "below one point in all, the sum is not divided";
}

TEST(DetectionLoss, l1_adds_the_distance_of_the_raw_box) {
  DenseBoxes said = two_points(true);
  said.raw = torch::zeros({1, 2, 4});
  // The box is centred at 8, 8 with sides of 16: cx = cy = 8 / 8 − 0, w = h = ln 2.
  const double difference = loss_of(said, {{.box = kTruth}}, {.l1 = true}) - loss_of(said, {{.box = kTruth}});
  EXPECT_NEAR(difference, 2 * 1 + 2 * std::log(2.0), 1e-5);
}

TEST(DetectionLoss, pulls_boxes_and_scores_towards_the_truth) {
  DenseBoxes said = two_points(true);
  for (torch::Tensor* each : {&said.boxes, &said.classes, &said.objectness}) each->requires_grad_();
  detection_loss(said, labels_of({{.box = kTruth}}), {}).backward();
  EXPECT_LT(said.boxes.grad()[0][0][3].item<float>(), 0) << "the bottom edge is too high";
  EXPECT_LT(said.objectness.grad()[0][0].item<float>(), 0);
  EXPECT_GT(said.objectness.grad()[0][1].item<float>(), 0);
}

TEST(DenseBoxes, of_both_codes_lie_where_the_code_says) {
  torch::Tensor center_size = torch::zeros({1, 5, 1, 2});
  center_size[0][0][0][1] = 0.5F;
  center_size[0][2][0][1] = std::log(2.0F);
  const std::array<nets::DetectionGrid, 1> yolox = {
      {{.boxes = center_size, .classes = torch::zeros({1, 1, 1, 2}), .stride = 16}}};
  const DenseBoxes by_center = dense_boxes(yolox, nets::BoxCode::kCenterSize);
  EXPECT_TRUE(torch::allclose(by_center.boxes[0][1], torch::tensor({8.0F, -8.0F, 40.0F, 8.0F}), 1e-5, 1e-4));
  EXPECT_EQ(by_center.points[1].x, 24);
  EXPECT_TRUE(by_center.objectness.defined());

  torch::Tensor bins = torch::full({1, 4 * nets::kDistanceBins, 1, 1}, -30.0F);
  for (int side = 0; side < 4; ++side) bins[0][side * nets::kDistanceBins + side + 1] = 30.0F;  // 1, 2, 3, 4 cells
  const std::array<nets::DetectionGrid, 1> nanodet = {{{.boxes = bins, .classes = torch::zeros({1, 1, 1, 1}), .stride = 8}}};
  const DenseBoxes by_distance = dense_boxes(nanodet, nets::BoxCode::kDistances);
  EXPECT_TRUE(torch::allclose(by_distance.boxes[0][0], torch::tensor({-4.0F, -12.0F, 28.0F, 36.0F}), 1e-5, 1e-4));
  EXPECT_FALSE(by_distance.objectness.defined());
}

TEST(BoxLabels, come_back_as_they_were_written_and_the_largest_are_kept) {
  std::vector<TruthBox> many;
  for (int i = 0; i < kMaxBoxLabels + 5; ++i) {
    many.push_back({.box = {.left = 1, .top = 2, .width = 1.0F + static_cast<float>(i), .height = 1}, .weight = 0.5F});
  }
  many[20].kind = TruthKind::kCrowd;
  std::vector<float> row(static_cast<std::size_t>(kMaxBoxLabels) * kBoxLabelValues);
  write_box_labels(std::span(many).first(30), row);
  const auto read = read_box_labels(row);
  ASSERT_EQ(read.size(), 30U);
  EXPECT_EQ(read[20].kind, TruthKind::kCrowd);
  EXPECT_EQ(read[7].box, many[7].box);
  EXPECT_EQ(read[7].weight, 0.5F);
  std::ranges::fill(row, 0.0F);
  write_box_labels(many, row);
  const auto kept = read_box_labels(row);
  ASSERT_EQ(kept.size(), static_cast<std::size_t>(kMaxBoxLabels));
  EXPECT_EQ(kept.back().box.width, 6) << "the five smallest are gone";
}

}  // namespace
}  // namespace vigil::learn
