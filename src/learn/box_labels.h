// Boxes as the labels of a batch of pictures: what a picture source writes and a detection loss reads.
//
//   write_box_labels(boxes, row);                                   // kMaxBoxLabels × kBoxLabelValues floats, all zeros
//   before std::vector<TruthBox> boxes = read_box_labels(row);
//
// A row per box: left, top, width, height in pixels of the input, weight (0: there is no box here), kind. Pure; any thread.
#pragma once

#include <span>
#include <vector>

#include "learn/detection_metrics.h"

namespace vigil::learn {

inline constexpr int kMaxBoxLabels = 100;  // of one picture; the largest are kept
inline constexpr int kBoxLabelValues = 6;

// Requires `row` to be kMaxBoxLabels × kBoxLabelValues zeros.
void write_box_labels(std::span<const TruthBox> boxes, std::span<float> row);

// Requires a row that was written so.
std::vector<TruthBox> read_box_labels(std::span<const float> row);

}  // namespace vigil::learn
