#include "learn/detection_metrics.h"

#include <algorithm>
#include <cmath>
#include <format>

#include <nlohmann/json.hpp>

namespace vigil::learn {
namespace {

using core::Detection;
using nlohmann::json;

double overlap(const TruthBox& truth, const Detection& found) {
  const double shared = core::intersection(truth.box, found.box).area();
  const double of =
      truth.kind == TruthKind::kCrowd ? found.box.area() : static_cast<double>(truth.box.area()) + found.box.area() - shared;
  return of > 0 ? shared / of : 0;
}

std::vector<Detection> surest(const DetectionPicture& picture) {
  std::vector<Detection> found = picture.found;
  std::ranges::stable_sort(found, std::ranges::greater{}, &Detection::score);
  if (found.size() > kMaxMeasuredDetections) found.resize(kMaxMeasuredDetections);
  return found;
}

MatchTable table_of(const DetectionPicture& picture) {
  MatchTable table;
  for (const TruthBox& truth : picture.truth) table.truth.push_back(truth.kind);
  for (const Detection& found : surest(picture)) {
    table.scores.push_back(found.score);
    for (const TruthBox& truth : picture.truth) table.fit.push_back(overlap(truth, found));
  }
  return table;
}

void take_operating_points(const std::vector<Outcome>& outcomes, const Curve& curve, DetectionScores& scores) {
  scores.recall90 = 0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const bool tied = i + 1 < outcomes.size() && outcomes[i + 1].score == outcomes[i].score;
    if (tied) continue;  // no threshold parts them
    const double precision = curve.precision[i];
    const double recall = curve.recall[i];
    if (precision >= 0.9) scores.recall90 = std::max(*scores.recall90, recall);
    const double f1 = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
    if (f1 > (scores.best_f1 ? scores.best_f1->f1 : 0)) {
      scores.best_f1 = {.score = outcomes[i].score, .f1 = f1, .precision = precision, .recall = recall};
    }
  }
}

json or_null(const std::optional<double>& value) { return value ? json(*value) : json(nullptr); }

std::string shown(const std::optional<double>& value) { return value ? std::format("{:.3f}", *value) : "–"; }

}  // namespace

core::Result<DetectionScores> measure_detection(std::span<const DetectionPicture> pictures) {
  if (pictures.empty()) return core::fail(core::ErrorCode::kInvalidArgument, "no pictures to measure detections on");
  DetectionScores scores{.pictures = pictures.size()};
  std::vector<MatchTable> tables;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    for (const Detection& detection : pictures[i].found) {
      if (detection.box.finite() && std::isfinite(detection.score)) continue;
      return core::fail(core::ErrorCode::kInvalidArgument, std::format("picture {}: a detection is not finite", i));
    }
    scores.truth_boxes +=
        static_cast<std::size_t>(std::ranges::count(pictures[i].truth, TruthKind::kObject, &TruthBox::kind));
    tables.push_back(table_of(pictures[i]));
    scores.found_boxes += tables.back().scores.size();
  }
  if (scores.truth_boxes == 0) return scores;

  double sum = 0;
  for (int t = 0; t < kFitThresholds; ++t) {
    const std::vector<Outcome> outcomes = match_all(tables, fit_threshold(t));
    const Curve curve = curve_of(outcomes, scores.truth_boxes);
    const double ap = average_precision(curve);
    sum += ap;
    if (t == 0) scores.ap50 = ap;
    if (t == 5) scores.ap75 = ap;
    if (t == 0) take_operating_points(outcomes, curve, scores);
  }
  scores.ap50_95 = sum / kFitThresholds;
  return scores;
}

std::string to_text(const DetectionScores& scores) {
  std::string text =
      std::format("AP50 {}, AP75 {}, AP50–95 {} of {} boxes in {} pictures; recall {} at precision 0.9", shown(scores.ap50),
                  shown(scores.ap75), shown(scores.ap50_95), scores.truth_boxes, scores.pictures, shown(scores.recall90));
  if (const auto& best = scores.best_f1) {
    text += std::format("\nbest F1 {:.3f} (precision {:.3f}, recall {:.3f}) at score {:.3f}", best->f1, best->precision,
                        best->recall, best->score);
  }
  return text;
}

std::string to_json(const DetectionScores& scores) {
  json best = nullptr;
  if (const auto& f1 = scores.best_f1) {
    best = {{"score", f1->score}, {"f1", f1->f1}, {"precision", f1->precision}, {"recall", f1->recall}};
  }
  return json{{"pictures", scores.pictures},          {"truth_boxes", scores.truth_boxes},
              {"found_boxes", scores.found_boxes},    {"ap50", or_null(scores.ap50)},
              {"ap75", or_null(scores.ap75)},         {"ap50_95", or_null(scores.ap50_95)},
              {"recall90", or_null(scores.recall90)}, {"best_f1", best}}
      .dump();
}

}  // namespace vigil::learn
