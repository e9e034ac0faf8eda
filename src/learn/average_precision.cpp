#include "learn/average_precision.h"

#include <algorithm>

#include "core/check.h"

namespace vigil::learn {
namespace {

constexpr int kRecallSteps = 100;  // 101 recalls: 0, 0.01 … 1
constexpr std::size_t kNone = static_cast<std::size_t>(-1);

std::size_t best_match(const MatchTable& table, const std::vector<bool>& taken, std::size_t finding, double threshold) {
  const std::span fit = std::span(table.fit).subspan(finding * table.truth.size(), table.truth.size());
  std::size_t best = kNone;
  double best_fit = threshold;
  for (const bool objects : {true, false}) {
    for (std::size_t i = 0; i < table.truth.size(); ++i) {
      const TruthKind kind = table.truth[i];
      if ((kind == TruthKind::kObject) != objects || (taken[i] && kind != TruthKind::kCrowd)) continue;
      if (fit[i] < best_fit) continue;
      best = i;
      best_fit = fit[i];
    }
    if (best != kNone) return best;
  }
  return kNone;
}

void match(const MatchTable& table, double threshold, std::vector<Outcome>& outcomes) {
  VIGIL_CHECK(table.fit.size() == table.scores.size() * table.truth.size(), "a fit for each pair");
  std::vector<bool> taken(table.truth.size());
  for (std::size_t finding = 0; finding < table.scores.size(); ++finding) {
    const std::size_t matched = best_match(table, taken, finding, threshold);
    if (matched != kNone) taken[matched] = true;
    if (matched != kNone && table.truth[matched] != TruthKind::kObject) continue;
    outcomes.push_back({.score = table.scores[finding], .hit = matched != kNone});
  }
}

}  // namespace

std::vector<Outcome> match_all(std::span<const MatchTable> tables, double threshold) {
  std::vector<Outcome> outcomes;
  for (const MatchTable& table : tables) match(table, threshold, outcomes);
  std::ranges::stable_sort(outcomes, std::ranges::greater{}, &Outcome::score);
  return outcomes;
}

Curve curve_of(std::span<const Outcome> outcomes, std::size_t objects) {
  Curve curve;
  double hits = 0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    hits += outcomes[i].hit ? 1 : 0;
    curve.precision.push_back(hits / static_cast<double>(i + 1));
    curve.recall.push_back(hits / static_cast<double>(objects));
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

}  // namespace vigil::learn
