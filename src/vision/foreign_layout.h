// How foreign detection networks lay out what they say, told by the shape of their outputs, and the candidates in it.
//
//   auto layout = recognize_layout(outputs, {416, 416});
//   for (const OutputView& output : outputs) {
//     decode(output, *layout, {.size = size, .classes = {0}}, take);
//   }
//
// Free of OpenCV, so that it can be tested by hand-made numbers.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "core/detection.h"
#include "vision/letterbox.h"

namespace vigil::vision {

enum class ForeignLayout {
  kYolox,    // [1, points, 5 + classes]: centre and size relative to the point of its grid, objectness, classes
  kYolov5,   // [1, 3 · points, 5 + classes]: centre and size in pixels of the input, objectness, classes
  kYolov8,   // [1, 4 + classes, points]: centre and size in pixels of the input, classes
  kSsd,      // [1, 1, boxes, 7]: picture, label (from 1), score, left, top, right, bottom in parts of the input
  kDarknet,  // one or more [boxes, 5 + classes]: centre and size in parts of the input, objectness, classes times it
};

struct OutputView {
  std::vector<int> shape;
  const float* values = nullptr;
};

// Nothing where the shapes are of none of these.
std::optional<ForeignLayout> recognize_layout(std::span<const OutputView> outputs, InputSize size);

// The number of classes; 0 where the layout does not tell (kSsd).
int class_count(const OutputView& output, ForeignLayout layout);

struct DecodeOptions {
  InputSize size;
  float threshold = 0.25F;   // of scores
  std::vector<int> classes;  // wanted, each below class_count(); with kSsd empty means all
};

// Calls `take` with each box in pixels of the input and the best of its classes that are wanted, where that one's score is
// at least the threshold.
using TakeCandidate = std::function<void(const core::Detection& candidate)>;
void decode(const OutputView& output, ForeignLayout layout, const DecodeOptions& options, const TakeCandidate& take);

}  // namespace vigil::vision
