#include "learn/hota.h"

#include <cmath>

#include "vision/assignment.h"

namespace vigil::learn {
namespace {

constexpr int kThresholds = 19;
constexpr double kRounding = 1e-9;  // an overlap that is the threshold up to rounding reaches it

using Table = std::vector<std::vector<double>>;  // by person, then by track

Table table(const MotFrames& frames) {
  return Table(frames.truth_counts.size(), std::vector<double>(frames.result_counts.size(), 0));
}

// How much of their lives a person and a track spend together, before any pairs are fixed: the weight that decides which
// pairs HOTA prefers.
Table alignment(const MotFrames& frames) {
  Table together = table(frames);
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
        if (overlap > 0) together[frame.truth[t]][frame.result[r]] += overlap / (rows[t] + columns[r] - overlap);
      }
    }
  }
  for (std::size_t person = 0; person < together.size(); ++person) {
    for (std::size_t track = 0; track < together[person].size(); ++track) {
      double& both = together[person][track];
      both /= static_cast<double>(frames.truth_counts[person] + frames.result_counts[track]) - both;
    }
  }
  return together;
}

}  // namespace

HotaScores measure_hota(const MotFrames& frames) {
  const Table weights = alignment(frames);
  std::vector<Table> hits(kThresholds, table(frames));
  std::vector<double> total_hits(kThresholds, 0);
  for (const MotFrame& frame : frames.frames) {
    vision::CostMatrix costs(frame.truth.size(), frame.result.size());
    for (std::size_t t = 0; t < frame.truth.size(); ++t) {
      for (std::size_t r = 0; r < frame.result.size(); ++r) {
        costs(t, r) = -weights[frame.truth[t]][frame.result[r]] * frame.overlaps[t][r];
      }
    }
    for (const auto [t, r] : vision::assign(costs)) {
      for (int i = 0; i < kThresholds && frame.overlaps[t][r] >= 0.05 * (i + 1) - kRounding; ++i) {
        ++hits[i][frame.truth[t]][frame.result[r]];
        ++total_hits[i];
      }
    }
  }
  HotaScores mean;
  for (int i = 0; i < kThresholds; ++i) {
    if (total_hits[i] == 0) continue;
    double association = 0;
    for (std::size_t person = 0; person < weights.size(); ++person) {
      for (std::size_t track = 0; track < weights[person].size(); ++track) {
        const double shared = hits[i][person][track];
        const auto lives = static_cast<double>(frames.truth_counts[person] + frames.result_counts[track]);
        if (shared > 0) association += shared * shared / (lives - shared);
      }
    }
    association /= total_hits[i];
    const double detection =
        total_hits[i] / (static_cast<double>(frames.truth_boxes() + frames.result_boxes()) - total_hits[i]);
    mean.det_a += detection / kThresholds;
    mean.ass_a += association / kThresholds;
    mean.hota += std::sqrt(detection * association) / kThresholds;
  }
  return mean;
}

}  // namespace vigil::learn
