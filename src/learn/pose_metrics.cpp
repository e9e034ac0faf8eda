#include "learn/pose_metrics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <format>
#include <limits>

#include <nlohmann/json.hpp>

namespace vigil::learn {
namespace {

using core::PosePoint;
using nlohmann::json;

// COCO's standard deviation of each key point among annotators, for a person of area 1.
constexpr std::array<double, 17> kDeviations = {0.026, 0.025, 0.025, 0.035, 0.035, 0.079, 0.079, 0.072, 0.072,
                                                0.062, 0.062, 0.107, 0.107, 0.087, 0.087, 0.089, 0.089};

// How far a value lies outside of a range.
double outside(double value, double low, double high) { return std::max({0.0, low - value, value - high}); }

double squared_distance(const PosePoint& truth, const PosePoint& found) {
  const double dx = static_cast<double>(found.x) - truth.x;
  const double dy = static_cast<double>(found.y) - truth.y;
  return dx * dx + dy * dy;
}

double squared_distance(const core::Box& box, const PosePoint& found) {
  const double dx = outside(found.x, box.left - box.width, box.left + 2 * box.width);
  const double dy = outside(found.y, box.top - box.height, box.top + 2 * box.height);
  return dx * dx + dy * dy;
}

std::vector<core::PersonPose> surest(const PosePicture& picture) {
  std::vector<core::PersonPose> found = picture.found;
  std::ranges::stable_sort(found, std::ranges::greater{}, [](const core::PersonPose& person) { return person.pose.score; });
  if (found.size() > kMaxMeasuredPoses) found.resize(kMaxMeasuredPoses);
  return found;
}

MatchTable table_of(const PosePicture& picture) {
  MatchTable table;
  for (const TruthPose& truth : picture.truth) table.truth.push_back(truth.kind);
  for (const core::PersonPose& found : surest(picture)) {
    table.scores.push_back(found.pose.score);
    for (const TruthPose& truth : picture.truth) table.fit.push_back(similarity(truth, found.pose));
  }
  return table;
}

bool is_finite(const core::PersonPose& person) {
  return std::isfinite(person.pose.score) && std::ranges::all_of(person.pose.points, [](const PosePoint& point) {
           return std::isfinite(point.x) && std::isfinite(point.y);
         });
}

json or_null(const std::optional<double>& value) { return value ? json(*value) : json(nullptr); }

std::string shown(const std::optional<double>& value) { return value ? std::format("{:.3f}", *value) : "–"; }

}  // namespace

double similarity(const TruthPose& truth, const core::Pose& found) {
  const auto labelled = [](const PosePoint& point) { return point.score > 0; };
  const bool any_labelled = std::ranges::any_of(truth.pose.points, labelled);
  const double area = truth.area_px2 + std::numeric_limits<double>::epsilon();
  double sum = 0;
  int count = 0;
  for (std::size_t i = 0; i < kDeviations.size(); ++i) {
    const PosePoint& wanted = truth.pose.points[i];
    if (any_labelled && !labelled(wanted)) continue;
    const PosePoint& given = found.points[i];
    const double squared = any_labelled ? squared_distance(wanted, given) : squared_distance(truth.box, given);
    const double k = 2 * kDeviations[i];
    sum += std::exp(-squared / (2 * area * k * k));
    ++count;
  }
  return sum / count;
}

core::Result<PoseScores> measure_poses(std::span<const PosePicture> pictures) {
  if (pictures.empty()) return core::fail(core::ErrorCode::kInvalidArgument, "no pictures to measure poses on");
  PoseScores scores{.pictures = pictures.size()};
  std::vector<MatchTable> tables;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    if (!std::ranges::all_of(pictures[i].found, is_finite)) {
      return core::fail(core::ErrorCode::kInvalidArgument, std::format("picture {}: a pose is not finite", i));
    }
    scores.truth_people +=
        static_cast<std::size_t>(std::ranges::count(pictures[i].truth, TruthKind::kObject, &TruthPose::kind));
    tables.push_back(table_of(pictures[i]));
    scores.found_people += tables.back().scores.size();
  }
  if (scores.truth_people == 0) return scores;

  double precisions = 0;
  double recalls = 0;
  for (int t = 0; t < kFitThresholds; ++t) {
    const Curve curve = curve_of(match_all(tables, fit_threshold(t)), scores.truth_people);
    const double precision = average_precision(curve);
    const double recall = curve.recall.empty() ? 0 : curve.recall.back();
    precisions += precision;
    recalls += recall;
    if (t == 0) scores.ap50 = precision;
    if (t == 0) scores.ar50 = recall;
    if (t == 5) scores.ap75 = precision;
  }
  scores.ap50_95 = precisions / kFitThresholds;
  scores.ar50_95 = recalls / kFitThresholds;
  return scores;
}

std::string to_text(const PoseScores& scores) {
  return std::format("OKS AP50 {}, AP75 {}, AP50–95 {}, AR50 {}, AR50–95 {} of {} people in {} pictures", shown(scores.ap50),
                     shown(scores.ap75), shown(scores.ap50_95), shown(scores.ar50), shown(scores.ar50_95),
                     scores.truth_people, scores.pictures);
}

std::string to_json(const PoseScores& scores) {
  return json{{"pictures", scores.pictures},  {"truth_people", scores.truth_people}, {"found_people", scores.found_people},
              {"ap50", or_null(scores.ap50)}, {"ap75", or_null(scores.ap75)},        {"ap50_95", or_null(scores.ap50_95)},
              {"ar50", or_null(scores.ar50)}, {"ar50_95", or_null(scores.ar50_95)}}
      .dump();
}

}  // namespace vigil::learn
