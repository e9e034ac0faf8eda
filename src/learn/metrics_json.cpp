// The JSON half of learn/metrics.h.
#include <cmath>
#include <format>
#include <limits>

#include <nlohmann/json.hpp>

#include "learn/metrics.h"

namespace vigil::learn {
namespace {

using core::ErrorCode;
using core::fail;
using nlohmann::json;

json or_null(const std::optional<double>& value) { return value ? json(*value) : json(nullptr); }

std::optional<double> optional_of(const json& value) {
  if (value.is_null()) return std::nullopt;
  return value.get<double>();
}

}  // namespace

std::string to_json(const Scores& scores) {
  const ConfusionMatrix& c = scores.confusion;
  return json{{"samples", c.samples()},
              {"threshold", scores.threshold},
              {"accuracy", scores.accuracy},
              {"precision", or_null(scores.precision)},
              {"recall", or_null(scores.recall)},
              {"f1", or_null(scores.f1)},
              {"auc", or_null(scores.auc)},
              {"average_precision", or_null(scores.average_precision)},
              {"confusion", {{c.true_negatives, c.false_positives}, {c.false_negatives, c.true_positives}}}}
      .dump();
}

std::string to_json(const std::vector<RocPoint>& curve) {
  json points = json::array();
  for (const RocPoint& point : curve) {
    // JSON has no infinity; the first point's threshold is written as null.
    const json threshold = std::isfinite(point.threshold) ? json(point.threshold) : json(nullptr);
    points.push_back({point.false_positive_rate, point.true_positive_rate, threshold});
  }
  return points.dump();
}

core::Result<Scores> scores_from_json(std::string_view text) {
  try {
    const json value = json::parse(text);
    const json& matrix = value.at("confusion");
    const auto cell = [&](int row, int column) { return matrix.at(row).at(column).get<std::int64_t>(); };
    return Scores{.threshold = value.at("threshold").get<double>(),
                  .confusion = {.true_negatives = cell(0, 0),
                                .false_positives = cell(0, 1),
                                .false_negatives = cell(1, 0),
                                .true_positives = cell(1, 1)},
                  .accuracy = value.at("accuracy").get<double>(),
                  .precision = optional_of(value.at("precision")),
                  .recall = optional_of(value.at("recall")),
                  .f1 = optional_of(value.at("f1")),
                  .auc = optional_of(value.at("auc")),
                  .average_precision = optional_of(value.at("average_precision"))};
  } catch (const json::exception& error) {
    return fail(ErrorCode::kUnreadable, std::format("not the scores of a classifier: {}", error.what()));
  }
}

core::Result<std::vector<RocPoint>> roc_from_json(std::string_view text) {
  try {
    std::vector<RocPoint> curve;
    for (const json& point : json::parse(text)) {
      curve.push_back({.false_positive_rate = point.at(0).get<double>(),
                       .true_positive_rate = point.at(1).get<double>(),
                       .threshold = optional_of(point.at(2)).value_or(std::numeric_limits<double>::infinity())});
    }
    return curve;
  } catch (const json::exception& error) {
    return fail(ErrorCode::kUnreadable, std::format("not a ROC curve: {}", error.what()));
  }
}

}  // namespace vigil::learn
