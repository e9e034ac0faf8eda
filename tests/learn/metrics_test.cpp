#include "learn/metrics.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vigil::learn {
namespace {

using ::testing::HasSubstr;

constexpr double kExact = 1e-12;

// The worked example of scikit-learn's roc_auc_score and average_precision_score: AUC 0.75, average precision 0.8333….
const std::vector<double> kKnown = {0.1, 0.4, 0.35, 0.8};
const std::vector<int> kKnownLabels = {0, 0, 1, 1};

TEST(Metrics, agrees_with_the_textbook_example) {
  const auto scores = measure(kKnown, kKnownLabels, 0.5);
  ASSERT_TRUE(scores);
  EXPECT_NEAR(*scores->auc, 0.75, kExact);
  EXPECT_NEAR(*scores->average_precision, 0.8333333333333333, kExact);
  EXPECT_EQ(scores->confusion,
            (ConfusionMatrix{.true_negatives = 2, .false_positives = 0, .false_negatives = 1, .true_positives = 1}));
  EXPECT_NEAR(scores->accuracy, 0.75, kExact);
  EXPECT_NEAR(*scores->precision, 1.0, kExact);
  EXPECT_NEAR(*scores->recall, 0.5, kExact);
  EXPECT_NEAR(*scores->f1, 2.0 / 3.0, kExact);
}

TEST(Metrics, equal_probabilities_count_half_in_the_auc) {
  // Pairs (positive, negative): 0.5 beats 0.2, ties 0.5; 0.9 beats both → (1 + 0.5 + 1 + 1) / 4.
  const auto scores = measure(std::vector{0.2, 0.5, 0.5, 0.9}, std::vector{0, 0, 1, 1}, 0.5);
  EXPECT_NEAR(*scores->auc, 3.5 / 4, kExact);
  const auto all_tied = measure(std::vector{0.3, 0.3, 0.3}, std::vector{1, 0, 0}, 0.5);
  EXPECT_NEAR(*all_tied->auc, 0.5, kExact);
  EXPECT_NEAR(*all_tied->average_precision, 1.0 / 3, kExact);
}

TEST(Metrics, auc_equals_the_share_of_ordered_pairs) {
  std::vector<double> probabilities;
  std::vector<int> labels;
  for (int i = 0; i < 60; ++i) {
    probabilities.push_back(std::fmod(i * 0.37, 1.0) < 0.5 ? std::fmod(i * 0.173, 1.0)
                                                           : std::round(std::fmod(i * 0.7, 1.0) * 4) / 4);
    labels.push_back(i % 3 == 0 ? 1 : 0);
  }
  double pairs = 0;
  double won = 0;
  for (std::size_t p = 0; p < labels.size(); ++p) {
    for (std::size_t n = 0; n < labels.size(); ++n) {
      if (labels[p] != 1 || labels[n] != 0) continue;
      pairs += 1;
      won += probabilities[p] > probabilities[n] ? 1 : probabilities[p] == probabilities[n] ? 0.5 : 0;
    }
  }
  EXPECT_NEAR(*measure(probabilities, labels, 0.5)->auc, won / pairs, kExact);
}

TEST(Metrics, threshold_is_a_probability_and_includes_its_value) {
  EXPECT_EQ(measure(std::vector{0.5}, std::vector{1}, 0.5)->confusion.true_positives, 1);
  EXPECT_EQ(measure(std::vector{0.49}, std::vector{1}, 0.5)->confusion.true_positives, 0);
  EXPECT_EQ(measure(std::vector{0.06}, std::vector{1}, 0.05)->confusion.true_positives, 1);
}

TEST(Metrics, what_has_no_meaning_is_absent) {
  const auto calm = measure(std::vector{0.1, 0.2}, std::vector{0, 0}, 0.5);
  EXPECT_FALSE(calm->auc);
  EXPECT_FALSE(calm->average_precision);
  EXPECT_FALSE(calm->recall);
  EXPECT_FALSE(calm->precision);
  EXPECT_FALSE(calm->f1);
  EXPECT_EQ(calm->accuracy, 1);
  EXPECT_TRUE(roc_curve(std::vector{0.1, 0.2}, std::vector{0, 0}).empty());
  const auto fights = measure(std::vector{0.1, 0.2}, std::vector{1, 1}, 0.5);
  EXPECT_FALSE(fights->auc);
  EXPECT_FALSE(fights->precision);
  EXPECT_EQ(*fights->recall, 0);
  EXPECT_EQ(*fights->f1, 0);
  EXPECT_EQ(*fights->average_precision, 1);
}

TEST(Metrics, refuses_what_is_no_probability_and_names_it) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(measure(std::vector{0.1, nan}, std::vector{0, 1}, 0.5).error().message, HasSubstr("sample 1"));
  EXPECT_THAT(measure(std::vector{-1.85}, std::vector{0}, 0.5).error().message, HasSubstr("-1.85"));
  EXPECT_THAT(measure(std::vector{0.5}, std::vector{2}, 0.5).error().message, HasSubstr("label 2"));
  EXPECT_FALSE(measure(std::vector<double>{}, std::vector<int>{}, 0.5));
  EXPECT_FALSE(measure(std::vector{0.5, 0.5}, std::vector{1}, 0.5));
}

TEST(Metrics, roc_runs_from_corner_to_corner_and_its_area_is_the_auc) {
  const auto curve = roc_curve(kKnown, kKnownLabels);
  ASSERT_EQ(curve.size(), 5U);
  EXPECT_EQ(curve.front().false_positive_rate, 0);
  EXPECT_EQ(curve.front().true_positive_rate, 0);
  EXPECT_EQ(curve.back().false_positive_rate, 1);
  EXPECT_EQ(curve.back().true_positive_rate, 1);
  double area = 0;
  for (std::size_t i = 1; i < curve.size(); ++i) {
    area += (curve[i].false_positive_rate - curve[i - 1].false_positive_rate) *
            (curve[i].true_positive_rate + curve[i - 1].true_positive_rate) / 2;
  }
  EXPECT_NEAR(area, 0.75, kExact);
}

TEST(Metrics, roc_leaves_out_points_on_a_straight_line) {
  const auto curve = roc_curve(std::vector{0.9, 0.8, 0.7, 0.3, 0.2, 0.1}, std::vector{1, 1, 1, 0, 0, 0});
  ASSERT_EQ(curve.size(), 3U);
  EXPECT_EQ(curve[1].true_positive_rate, 1);
  EXPECT_EQ(curve[1].false_positive_rate, 0);
}

TEST(Metrics, spread_over_folds) {
  const auto folds = spread(std::vector{0.6, 0.7, 0.8});
  EXPECT_EQ(folds->count, 3);
  EXPECT_NEAR(folds->mean, 0.7, kExact);
  EXPECT_NEAR(*folds->deviation, 0.1, kExact);
  EXPECT_EQ(folds->low, 0.6);
  EXPECT_EQ(folds->high, 0.8);
  EXPECT_FALSE(spread(std::vector{0.6})->deviation);
  EXPECT_FALSE(spread(std::vector<double>{}));
}

TEST(Metrics, json_brings_every_bit_back) {
  const auto scores = measure(std::vector{0.1, 1.0 / 3, 0.7}, std::vector{0, 1, 0}, 0.5);
  EXPECT_EQ(*scores_from_json(to_json(*scores)), *scores);
  const auto calm = measure(std::vector{0.1}, std::vector{0}, 0.5);
  EXPECT_THAT(to_json(*calm), HasSubstr(R"("auc":null)"));
  EXPECT_EQ(*scores_from_json(to_json(*calm)), *calm);
  const auto curve = roc_curve(kKnown, kKnownLabels);
  const auto again = roc_from_json(to_json(curve));
  ASSERT_EQ(again->size(), curve.size());
  EXPECT_EQ(again->front().threshold, std::numeric_limits<double>::infinity());
  EXPECT_EQ((*again)[2].threshold, curve[2].threshold);
  EXPECT_EQ(scores_from_json("{}").error().code, core::ErrorCode::kUnreadable);
  EXPECT_EQ(roc_from_json("[[1]]").error().code, core::ErrorCode::kUnreadable);
}

TEST(Metrics, text_states_threshold_and_class_names) {
  const std::string text = to_text(*measure(kKnown, kKnownLabels, 0.5), "calm", "fight");
  EXPECT_THAT(text, HasSubstr("threshold 0.5 on the probability"));
  EXPECT_THAT(text, HasSubstr("AUC 0.750"));
  EXPECT_THAT(text, HasSubstr("fight"));
}

}  // namespace
}  // namespace vigil::learn
