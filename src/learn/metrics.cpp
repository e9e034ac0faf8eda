#include "learn/metrics.h"

#include <algorithm>
#include <cmath>
#include <format>
#include <limits>
#include <numeric>

namespace vigil::learn {
namespace {

using core::ErrorCode;
using core::fail;

// How many of each class have a probability at or above `threshold`.
struct Step {
  std::int64_t false_positives = 0;
  std::int64_t true_positives = 0;
  double threshold = 0;
};

// One step per distinct probability, from the highest down; the last one counts everything.
std::vector<Step> steps_down(std::span<const double> probabilities, std::span<const int> labels) {
  std::vector<std::size_t> order(probabilities.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return probabilities[a] > probabilities[b]; });
  std::vector<Step> steps;
  Step sum;
  for (std::size_t i = 0; i < order.size(); ++i) {
    (labels[order[i]] == 1 ? sum.true_positives : sum.false_positives) += 1;
    sum.threshold = probabilities[order[i]];
    const bool last_of_value = i + 1 == order.size() || probabilities[order[i + 1]] != sum.threshold;
    if (last_of_value) steps.push_back(sum);
  }
  return steps;
}

std::optional<double> ratio(double numerator, double denominator) {
  if (denominator == 0) return std::nullopt;
  return numerator / denominator;
}

std::optional<double> area_under(const std::vector<Step>& steps, const ConfusionMatrix& confusion) {
  std::int64_t doubled_area = 0;
  Step before;
  for (const Step& step : steps) {
    doubled_area += (step.false_positives - before.false_positives) * (step.true_positives + before.true_positives);
    before = step;
  }
  return ratio(static_cast<double>(doubled_area) / 2,
               static_cast<double>(confusion.positives()) * static_cast<double>(confusion.negatives()));
}

std::optional<double> average_precision(const std::vector<Step>& steps, const ConfusionMatrix& confusion) {
  double sum = 0;
  std::int64_t found = 0;
  for (const Step& step : steps) {
    const auto called = static_cast<double>(step.true_positives + step.false_positives);
    sum += static_cast<double>(step.true_positives - found) * static_cast<double>(step.true_positives) / called;
    found = step.true_positives;
  }
  return ratio(sum, static_cast<double>(confusion.positives()));
}

core::Status check(std::span<const double> probabilities, std::span<const int> labels) {
  if (probabilities.empty()) return fail(ErrorCode::kInvalidArgument, "nothing to measure: there are no samples");
  if (probabilities.size() != labels.size()) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("{} probabilities for {} labels", probabilities.size(), labels.size()));
  }
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (!(probabilities[i] >= 0 && probabilities[i] <= 1)) {
      return fail(ErrorCode::kInvalidArgument,
                  std::format("probability {} of sample {}: must lie in [0, 1]", probabilities[i], i));
    }
    if (labels[i] != 0 && labels[i] != 1) {
      return fail(ErrorCode::kInvalidArgument, std::format("label {} of sample {}: must be 0 or 1", labels[i], i));
    }
  }
  return {};
}

std::string shown(const std::optional<double>& value) { return value ? std::format("{:.3f}", *value) : "–"; }

}  // namespace

core::Result<Scores> measure(std::span<const double> probabilities, std::span<const int> labels, double threshold) {
  if (auto valid = check(probabilities, labels); !valid) return std::unexpected(valid.error());
  Scores scores;
  scores.threshold = threshold;
  ConfusionMatrix& confusion = scores.confusion;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const bool called = probabilities[i] >= threshold;
    if (labels[i] == 1) {
      (called ? confusion.true_positives : confusion.false_negatives) += 1;
    } else {
      (called ? confusion.false_positives : confusion.true_negatives) += 1;
    }
  }
  const auto hits = static_cast<double>(confusion.true_positives);
  const auto misses = static_cast<double>(confusion.false_negatives);
  const auto alarms = static_cast<double>(confusion.false_positives);
  scores.accuracy = (hits + static_cast<double>(confusion.true_negatives)) / static_cast<double>(confusion.samples());
  scores.precision = ratio(hits, hits + alarms);
  scores.recall = ratio(hits, hits + misses);
  scores.f1 = ratio(2 * hits, 2 * hits + alarms + misses);
  const std::vector<Step> steps = steps_down(probabilities, labels);
  scores.auc = area_under(steps, confusion);
  scores.average_precision = average_precision(steps, confusion);
  return scores;
}

std::vector<RocPoint> roc_curve(std::span<const double> probabilities, std::span<const int> labels) {
  const std::vector<Step> steps = steps_down(probabilities, labels);
  if (steps.empty() || steps.back().true_positives == 0 || steps.back().false_positives == 0) return {};
  std::vector<Step> kept = {Step{.threshold = std::numeric_limits<double>::infinity()}};
  for (const Step& step : steps) {
    if (kept.size() >= 2) {
      const Step& middle = kept.back();
      const Step& first = kept[kept.size() - 2];
      const bool straight =
          (middle.false_positives - first.false_positives) * (step.true_positives - middle.true_positives) ==
          (step.false_positives - middle.false_positives) * (middle.true_positives - first.true_positives);
      if (straight) kept.pop_back();
    }
    kept.push_back(step);
  }
  std::vector<RocPoint> curve;
  curve.reserve(kept.size());
  for (const Step& step : kept) {
    curve.push_back(
        {.false_positive_rate =
             static_cast<double>(step.false_positives) / static_cast<double>(steps.back().false_positives),
         .true_positive_rate = static_cast<double>(step.true_positives) / static_cast<double>(steps.back().true_positives),
         .threshold = step.threshold});
  }
  return curve;
}

std::optional<Spread> spread(std::span<const double> values) {
  if (values.empty()) return std::nullopt;
  const auto count = static_cast<double>(values.size());
  Spread result{.count = static_cast<std::int64_t>(values.size()),
                .mean = std::accumulate(values.begin(), values.end(), 0.0) / count,
                .deviation = std::nullopt,
                .low = std::ranges::min(values),
                .high = std::ranges::max(values)};
  if (values.size() >= 2) {
    double squares = 0;
    for (const double value : values) squares += (value - result.mean) * (value - result.mean);
    result.deviation = std::sqrt(squares / (count - 1));
  }
  return result;
}

std::string to_text(const Scores& scores, std::string_view negative_class, std::string_view positive_class) {
  const ConfusionMatrix& c = scores.confusion;
  const std::size_t width = std::max({negative_class.size(), positive_class.size(), std::size_t{8}});
  std::string text = std::format("{} samples, threshold {:g} on the probability\n", c.samples(), scores.threshold);
  text += std::format("accuracy {:.3f}  precision {}  recall {}  F1 {}  AUC {}  average precision {}\n", scores.accuracy,
                      shown(scores.precision), shown(scores.recall), shown(scores.f1), shown(scores.auc),
                      shown(scores.average_precision));
  text += std::format("{:>{}}  said {:>{}}  said {:>{}}\n", "", width, negative_class, width, positive_class, width);
  text += std::format("{:>{}}       {:>{}}       {:>{}}\n", negative_class, width, c.true_negatives, width,
                      c.false_positives, width);
  text += std::format("{:>{}}       {:>{}}       {:>{}}\n", positive_class, width, c.false_negatives, width,
                      c.true_positives, width);
  return text;
}

}  // namespace vigil::learn
