// Metrics of a two-class classifier over everything it was shown at once: never averages of batches.
//
//   auto scores = measure(probabilities, labels, 0.5);
//   if (scores->auc) …   // absent where it has no meaning, never a made-up value
//
// Thresholds are PROBABILITIES in (0, 1), not logits: a sample counts as positive when its probability is at or above it.
// Free of torch; callable from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace vigil::learn {

struct ConfusionMatrix {
  std::int64_t true_negatives = 0;
  std::int64_t false_positives = 0;
  std::int64_t false_negatives = 0;
  std::int64_t true_positives = 0;

  std::int64_t negatives() const { return true_negatives + false_positives; }
  std::int64_t positives() const { return false_negatives + true_positives; }
  std::int64_t samples() const { return negatives() + positives(); }
  bool operator==(const ConfusionMatrix&) const = default;
};

// All in [0, 1]. An absent value has a zero denominator: the reason is beside it.
struct Scores {
  double threshold = 0.5;
  ConfusionMatrix confusion;
  double accuracy = 0;
  std::optional<double> precision;          // absent: nothing was called positive
  std::optional<double> recall;             // absent: there are no positives
  std::optional<double> f1;                 // absent: no positives, and nothing was called positive
  std::optional<double> auc;                // area under the ROC curve, ties count half; absent: one class only
  std::optional<double> average_precision;  // Σ (Rₙ − Rₙ₋₁)·Pₙ over distinct probabilities; absent: no positives
  bool operator==(const Scores&) const = default;
};

// `probabilities` in [0, 1], `labels` 0 or 1, of the same length, at least one.
// Errors: kInvalidArgument (none; another length; a value outside, which includes NaN), naming the index and the value.
core::Result<Scores> measure(std::span<const double> probabilities, std::span<const int> labels, double threshold);

// One point of the ROC curve: the rates when everything at or above `threshold` is called positive.
struct RocPoint {
  double false_positive_rate = 0;
  double true_positive_rate = 0;
  double threshold = 0;  // above 1 in the first point, where nothing is positive
};

// From (0, 0) to (1, 1), one point per distinct probability, points on straight stretches left out. Empty where one class is
// missing. Requires what measure() checks.
std::vector<RocPoint> roc_curve(std::span<const double> probabilities, std::span<const int> labels);

// Mean and spread of one figure over folds or seeds.
struct Spread {
  std::int64_t count = 0;
  double mean = 0;
  std::optional<double> deviation;  // sample standard deviation (n − 1); absent below two values
  double low = 0;
  double high = 0;
};

// Nothing for no values.
std::optional<Spread> spread(std::span<const double> values);

// One JSON object: the fields above by name, absent values as null, "confusion": [[TN, FP], [FN, TP]].
std::string to_json(const Scores& scores);
// [[false positive rate, true positive rate, threshold], …]; the first point's threshold is null.
std::string to_json(const std::vector<RocPoint>& curve);

// Back again, to the last bit. Errors: kUnreadable.
core::Result<Scores> scores_from_json(std::string_view json);
core::Result<std::vector<RocPoint>> roc_from_json(std::string_view json);

// The scores as lines for a terminal: "accuracy 0.812 · precision …" and the confusion matrix with the class names.
std::string to_text(const Scores& scores, std::string_view negative_class, std::string_view positive_class);

}  // namespace vigil::learn
