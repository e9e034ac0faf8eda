// What a detection network says of one grid of points, as the boxes in it.
//
//   std::vector<core::Detection> found;   // its memory is used again
//   decode_distances({.width = 52, .height = 52, .stride = 8, .boxes = boxes, .classes = classes}, 0.25F, found);
//
// The codes are those of nets/detection_net.h. Free of torch, pure, any thread; allocates only where `found` has to grow.
#pragma once

#include <span>
#include <vector>

#include "core/detection.h"

namespace vigil::vision {

// Logits of one picture, point by point and row by row, the values of a point together.
struct GridView {
  int width = 0, height = 0;
  int stride = 0;                  // pixels of the input
  std::span<const float> boxes;    // points × values of the code
  std::span<const float> classes;  // points × classes
};

// Appends for each point its best class, where that one's score is at least `threshold`: boxes in pixels of the input,
// class_id the place among the classes given. Not-finite boxes are left out. Requires spans of the sizes that width and
// height say.
void decode_center_size(const GridView& grid, float threshold, std::vector<core::Detection>& found);
void decode_distances(const GridView& grid, float threshold, std::vector<core::Detection>& found);

}  // namespace vigil::vision
