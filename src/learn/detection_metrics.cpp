#include "learn/detection_metrics.h"

#include <algorithm>
#include <cmath>
#include <format>
#include <numeric>

#include <nlohmann/json.hpp>

namespace vigil::learn {
namespace {

using core::Detection;
using nlohmann::json;

constexpr int kThresholds = 10;    // IoU 0.5, 0.55 … 0.95
constexpr int kRecallSteps = 100;  // 101 recalls: 0, 0.01 … 1
constexpr std::size_t kNone = static_cast<std::size_t>(-1);

double iou_threshold(int index) { return (10 + index) / 20.0; }

struct Outcome {
  float score = 0;
  bool hit = false;
};

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

// The truth that a detection takes: the object it overlaps most, and only where there is none what is not to be found.
std::size_t best_match(const std::vector<TruthBox>& truth, const std::vector<bool>& taken, const Detection& detection,
                       double threshold) {
  std::size_t best = kNone;
  double best_overlap = threshold;
  for (const bool objects : {true, false}) {
    for (std::size_t i = 0; i < truth.size(); ++i) {
      if ((truth[i].kind == TruthKind::kObject) != objects || (taken[i] && truth[i].kind != TruthKind::kCrowd)) continue;
      const double shared = overlap(truth[i], detection);
      if (shared < best_overlap) continue;
      best = i;
      best_overlap = shared;
    }
    if (best != kNone) return best;
  }
  return kNone;
}

// Of one picture: each detection that counts, and whether it hit.
void match(const std::vector<TruthBox>& truth, const std::vector<Detection>& found, double threshold,
           std::vector<Outcome>& outcomes) {
  std::vector<bool> taken(truth.size());
  for (const Detection& detection : found) {
    const std::size_t matched = best_match(truth, taken, detection, threshold);
    if (matched != kNone) taken[matched] = true;
    if (matched != kNone && truth[matched].kind != TruthKind::kObject) continue;
    outcomes.push_back({.score = detection.score, .hit = matched != kNone});
  }
}

// Precision and recall after each detection, surest first.
struct Curve {
  std::vector<double> precision, recall;
};

Curve curve_of(const std::vector<Outcome>& outcomes, std::size_t truth_boxes) {
  Curve curve;
  double hits = 0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    hits += outcomes[i].hit ? 1 : 0;
    curve.precision.push_back(hits / static_cast<double>(i + 1));
    curve.recall.push_back(hits / static_cast<double>(truth_boxes));
  }
  return curve;
}

double average_precision(Curve curve) {
  for (std::size_t i = curve.precision.size(); i-- > 1;) {
    curve.precision[i - 1] = std::max(curve.precision[i - 1], curve.precision[i]);
  }
  double sum = 0;
  for (int step = 0; step <= kRecallSteps; ++step) {
    const auto at = std::ranges::lower_bound(curve.recall, static_cast<double>(step) / kRecallSteps);
    if (at != curve.recall.end()) sum += curve.precision[static_cast<std::size_t>(at - curve.recall.begin())];
  }
  return sum / (kRecallSteps + 1);
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
  std::vector<std::vector<Detection>> found;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    for (const Detection& detection : pictures[i].found) {
      if (detection.box.finite() && std::isfinite(detection.score)) continue;
      return core::fail(core::ErrorCode::kInvalidArgument, std::format("picture {}: a detection is not finite", i));
    }
    scores.truth_boxes +=
        static_cast<std::size_t>(std::ranges::count(pictures[i].truth, TruthKind::kObject, &TruthBox::kind));
    found.push_back(surest(pictures[i]));
    scores.found_boxes += found.back().size();
  }
  if (scores.truth_boxes == 0) return scores;

  double sum = 0;
  for (int t = 0; t < kThresholds; ++t) {
    std::vector<Outcome> outcomes;
    for (std::size_t i = 0; i < pictures.size(); ++i) match(pictures[i].truth, found[i], iou_threshold(t), outcomes);
    std::ranges::stable_sort(outcomes, std::ranges::greater{}, &Outcome::score);
    const Curve curve = curve_of(outcomes, scores.truth_boxes);
    const double ap = average_precision(curve);
    sum += ap;
    if (t == 0) scores.ap50 = ap;
    if (t == 5) scores.ap75 = ap;
    if (t == 0) take_operating_points(outcomes, curve, scores);
  }
  scores.ap50_95 = sum / kThresholds;
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
