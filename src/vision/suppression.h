// Non-maximum suppression: of boxes of one class that overlap, the surest stays.
//
//   suppress_overlaps(detections, 0.65F);   // what is left, surest first
//
// Callable from any thread. The result does not depend on the order of the input.
#pragma once

#include <vector>

#include "core/detection.h"

namespace vigil::vision {

// Greedy: drops each detection whose IoU with a surer one of the same class, that itself stays, is above `max_iou`.
void suppress_overlaps(std::vector<core::Detection>& detections, float max_iou);

// Surest first; equally sure ones by class and place.
bool is_surer(const core::Detection& a, const core::Detection& b);

}  // namespace vigil::vision
