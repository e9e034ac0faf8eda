// How well boxes were found: average precision as COCO measures it, of one class over all pictures at once.
//
//   std::vector<DetectionPicture> pictures = …;   // the truth of each picture, and what was found in it
//   auto scores = measure_detection(pictures);
//   if (scores->ap50) …                           // absent where the truth holds no box to be found
//
// How it is measured: learn/average_precision.h, a detection fitting a box as far as their IoU. Pure functions, free of
// torch.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/detection.h"
#include "core/result.h"
#include "learn/average_precision.h"

namespace vigil::learn {

struct TruthBox {
  core::Box box;
  TruthKind kind = TruthKind::kObject;  // a detection fits a crowd by the share of itself that lies in its box
  float weight = 1;  // (0, 1]; of a label in training: how sure the teacher was who gave it. Measuring does not look at it
};

struct DetectionPicture {
  std::vector<TruthBox> truth = {};
  std::vector<core::Detection> found = {};  // any order; their class is not looked at
};

struct DetectionScores {
  std::size_t pictures = 0;
  std::size_t truth_boxes = 0;  // kObject only
  std::size_t found_boxes = 0;  // that were measured, those that do not count included

  // Absent where there are no truth boxes.
  std::optional<double> ap50 = {};      // at IoU 0.5
  std::optional<double> ap75 = {};      // at IoU 0.75
  std::optional<double> ap50_95 = {};   // mean over IoU 0.5, 0.55 … 0.95
  std::optional<double> recall90 = {};  // highest recall with precision of at least 0.9, at IoU 0.5

  // The score from which on a detection counts for the best F1 at IoU 0.5, and what it gives. Absent where nothing matches.
  struct BestF1 {
    double score = 0;
    double f1 = 0, precision = 0, recall = 0;
  };
  std::optional<BestF1> best_f1 = {};
};

inline constexpr std::size_t kMaxMeasuredDetections = 100;  // a picture's surest, as COCO takes them

// Errors: kInvalidArgument (no pictures, or a detection that is not a finite box with a finite score), naming the picture.
core::Result<DetectionScores> measure_detection(std::span<const DetectionPicture> pictures);

// A few lines for people.
std::string to_text(const DetectionScores& scores);

// One JSON object: the fields above by name, absent values as null.
std::string to_json(const DetectionScores& scores);

}  // namespace vigil::learn
