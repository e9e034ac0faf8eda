// MotFrames: ground truth and a tracker's result side by side, frame by frame, as the metrics of tracking look at them.
//
// Ids become places 0, 1, 2, … in rising order of the ids. What is ignored is already out: boxes of the truth of confidence
// 0, and the boxes of the result that an exact assignment at the threshold gives to one of those. Free of torch.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "learn/mot_file.h"

namespace vigil::learn {

struct MotFrame {
  std::vector<std::size_t> truth;             // whose boxes stand in the frame, as places of people
  std::vector<std::size_t> result;            // the same of the tracker's
  std::vector<std::vector<double>> overlaps;  // IoU by place in `truth`, then in `result`
};

struct MotFrames {
  std::vector<MotFrame> frames;
  std::vector<std::size_t> truth_counts;   // boxes of each person
  std::vector<std::size_t> result_counts;  // boxes of each track of the result

  std::size_t truth_boxes() const;
  std::size_t result_boxes() const;
};

// The frames `first` to `last`, both included. Requires 1 <= first <= last.
MotFrames side_by_side(std::span<const MotBox> truth, std::span<const MotBox> result, int first, int last,
                       double iou_threshold);

}  // namespace vigil::learn
