#include "learn/hota.h"

#include <array>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "vision/assignment.h"

namespace vigil::learn {
namespace {

constexpr std::size_t kThresholds = 19;
constexpr double kRounding = 1e-9;  // an overlap that is the threshold up to rounding reaches it

// By person and track; only pairs that ever overlap, which are few of all.
template <typename Value>
using PairTable = std::map<std::pair<std::size_t, std::size_t>, Value>;

using Hits = std::array<double, kThresholds>;

// How much of their lives a person and a track spend together, before any pairs are fixed: the weight that decides which
// pairs HOTA prefers.
PairTable<double> alignment(const MotFrames& frames) {
  PairTable<double> together;
  for (const MotFrame& frame : frames.frames) {
    std::vector<double> rows(frame.truth.size(), 0);
    std::vector<double> columns(frame.result.size(), 0);
    for (std::size_t t = 0; t < rows.size(); ++t) {
      for (std::size_t r = 0; r < columns.size(); ++r) {
        rows[t] += frame.overlaps[t][r];
        columns[r] += frame.overlaps[t][r];
      }
    }
    for (std::size_t t = 0; t < rows.size(); ++t) {
      for (std::size_t r = 0; r < columns.size(); ++r) {
        const double overlap = frame.overlaps[t][r];
        if (overlap > 0) together[{frame.truth[t], frame.result[r]}] += overlap / (rows[t] + columns[r] - overlap);
      }
    }
  }
  for (auto& [pair, both] : together) {
    both /= static_cast<double>(frames.truth_counts[pair.first] + frames.result_counts[pair.second]) - both;
  }
  return together;
}

PairTable<Hits> count_hits(const MotFrames& frames) {
  const PairTable<double> weights = alignment(frames);
  PairTable<Hits> hits;
  for (const MotFrame& frame : frames.frames) {
    vision::CostMatrix costs(frame.truth.size(), frame.result.size());
    for (std::size_t t = 0; t < frame.truth.size(); ++t) {
      for (std::size_t r = 0; r < frame.result.size(); ++r) {
        const double overlap = frame.overlaps[t][r];
        costs(t, r) = overlap > 0 ? -overlap * weights.at({frame.truth[t], frame.result[r]}) : 0;
      }
    }
    for (const auto [t, r] : vision::assign(costs)) {
      for (std::size_t i = 0; i < kThresholds && frame.overlaps[t][r] >= 0.05 * static_cast<double>(i + 1) - kRounding;
           ++i) {
        ++hits[{frame.truth[t], frame.result[r]}][i];
      }
    }
  }
  return hits;
}

}  // namespace

HotaScores measure_hota(const MotFrames& frames) {
  const PairTable<Hits> hits = count_hits(frames);
  const auto boxes = static_cast<double>(frames.truth_boxes() + frames.result_boxes());
  HotaScores mean;
  for (std::size_t i = 0; i < kThresholds; ++i) {
    double total = 0;
    double association = 0;
    for (const auto& [pair, counts] : hits) {
      const double shared = counts[i];
      const auto lives = static_cast<double>(frames.truth_counts[pair.first] + frames.result_counts[pair.second]);
      total += shared;
      association += shared * shared / (lives - shared);
    }
    if (total == 0) continue;
    association /= total;
    const double detection = total / (boxes - total);
    mean.det_a += detection / kThresholds;
    mean.ass_a += association / kThresholds;
    mean.hota += std::sqrt(detection * association) / kThresholds;
  }
  return mean;
}

}  // namespace vigil::learn
