// Average precision as COCO measures it, of whatever is found in pictures: boxes (learn/detection_metrics.h) and poses
// (learn/pose_metrics.h).
//
//   std::vector<MatchTable> tables = …;   // one a picture: how well each finding fits each thing to be found
//   std::vector<Outcome> outcomes = match_all(tables, 0.5);
//   const Curve curve = curve_of(outcomes, objects);
//   double ap = average_precision(curve);
//
// Lin et al., "Microsoft COCO", 2014: findings take truth greedily, surest first; precision is made falling and read at 101
// recalls. Pure functions, free of torch.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace vigil::learn {

enum class TruthKind {
  kObject,   // to be found
  kIgnored,  // neither hit nor miss: a finding that matches it does not count
  kCrowd,    // a group: every finding that matches it does not count
};

struct MatchTable {
  std::vector<float> scores;     // of the findings, surest first
  std::vector<TruthKind> truth;  // what there is
  std::vector<double> fit;       // of each finding to each truth, [0, 1]; a row a finding
};

// One finding that counts.
struct Outcome {
  float score = 0;
  bool hit = false;
};

// Of all pictures, surest first: a finding takes the object it fits best and at least `threshold`, and only where there is
// none what is not to be found.
std::vector<Outcome> match_all(std::span<const MatchTable> tables, double threshold);

// Precision and recall after each outcome.
struct Curve {
  std::vector<double> precision, recall;
};

// Requires objects > 0: how many there are to be found.
Curve curve_of(std::span<const Outcome> outcomes, std::size_t objects);

double average_precision(Curve curve);

// The thresholds 0.5, 0.55 … 0.95 over which COCO takes the mean.
inline constexpr int kFitThresholds = 10;
constexpr double fit_threshold(int index) { return (10 + index) / 20.0; }

}  // namespace vigil::learn
