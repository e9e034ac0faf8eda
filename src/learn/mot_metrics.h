// How well people were followed: CLEAR MOT (Bernardin and Stiefelhagen 2008), identity measures (Ristani et al. 2016) and
// HOTA (Luiten et al. 2021) of a tracker's result against ground truth.
//
//   auto scores = measure_tracking(*truth, *result);
//   print_line(to_text(*scores));
//
// Pure functions, free of torch.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "learn/mot_file.h"

namespace vigil::learn {

struct TrackingOptions {
  double iou_threshold = 0.5;  // (0, 1]; overlap from which a box of the result is a hit; HOTA has thresholds of its own
  int first_frame = 0;         // frames outside are not measured; 0: the first and last with ground truth
  int last_frame = 0;
  std::vector<int> looked_at = {};  // rising; frames that the result speaks of, others are not measured; empty: all
};

struct TrackingScores {
  std::size_t frames = 0;       // measured
  std::size_t truth_boxes = 0;  // without those to be ignored, as all that follows
  std::size_t truth_tracks = 0;
  std::size_t result_boxes = 0;
  std::size_t result_tracks = 0;

  // CLEAR MOT. A pair of the frame before stays a pair while it overlaps enough; the others are assigned anew.
  std::size_t true_positives = 0;
  std::size_t false_positives = 0;
  std::size_t false_negatives = 0;
  std::size_t id_switches = 0;      // a person is paired with another track than when last paired
  std::size_t fragmentations = 0;   // a person that was paired is missed, and paired again later
  double mota = 0;                  // 1 − (misses + false positives + switches) / boxes of the truth; may be negative
  std::optional<double> motp = {};  // mean IoU of the pairs, [0, 1]; absent where there are none

  // Identity: each person is given one track for the whole video, so that most boxes agree. Precision is absent for an
  // empty result.
  double idf1 = 0;
  std::optional<double> idp = {};
  double idr = 0;

  // HOTA and its parts, detection and association, means over IoU thresholds of 0.05 to 0.95.
  double hota = 0;
  double det_a = 0;
  double ass_a = 0;
};

// Errors: kInvalidArgument for options out of range and for a truth that holds nothing to measure in those frames.
core::Result<TrackingScores> measure_tracking(std::span<const MotBox> truth, std::span<const MotBox> result,
                                              const TrackingOptions& options = {});

// A few lines for people, ratios in per cent.
std::string to_text(const TrackingScores& scores);

// One object with the members of TrackingScores; ratios as fractions, null where absent.
std::string to_json(const TrackingScores& scores);

}  // namespace vigil::learn
