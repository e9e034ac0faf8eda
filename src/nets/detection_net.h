// DetectionNet: a network that finds things in pictures: for each point of several grids it gives a box and class scores.
// What learn trains and vision serves.
//
//   auto net = make_detection_net("nanodet-g", 80);
//   for (const DetectionGrid& grid : (*net)->grids(bgr)) decode(grid.boxes, grid.classes, grid.stride);
//
// Serve it frozen: nn::freeze of conv_block.h. Construction draws initial weights from torch's global generator. A net
// belongs to one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <torch/nn/module.h>
#include <torch/types.h>

#include "core/result.h"

namespace vigil::nets {

// How a point's box is written, and what its score is. Point (y, x) of a grid; "stride" is a cell's side in pixels of the
// input.
enum class BoxCode {
  // 5 logits: cx, cy, w, h, objectness. Centre (x + cx, y + cy) · stride, size (e^w, e^h) · stride; the score for a class is
  // sigmoid(objectness) · sigmoid(class). YOLOX.
  kCenterSize,
  // 4 × kDistanceBins logits. Distances from (x + ½, y + ½) · stride to the box's left, top, right and bottom, each the mean
  // of
  // 0 … kDistanceBins − 1 under the softmax of its logits, in strides; the score for a class is sigmoid(class). Li et al.,
  // "Generalized focal loss", 2020.
  kDistances,
};

inline constexpr int kDistanceBins = 11;

// What a network says at one stride, as logits.
struct DetectionGrid {
  torch::Tensor boxes;    // [N, values of the code, H, W]
  torch::Tensor classes;  // [N, classes, H, W]
  int stride = 0;
};

class DetectionNet : public torch::nn::Module {
 public:
  // `bgr`: [N, 3, H, W] in 0–255, any float type; H and W multiples of 32. Finest grid first.
  virtual std::vector<DetectionGrid> grids(const torch::Tensor& bgr) = 0;

  virtual std::string variant() const = 0;  // by which make_detection_net() knows it
  virtual const char* family() const = 0;   // "YOLOX"
  virtual BoxCode box_code() const = 0;
  virtual int classes() const = 0;
  virtual int input_px() const = 0;  // the side of the square it was published for
};

// The networks by name: yolox-nano … yolox-x, nanodet-g. Errors: kInvalidArgument, naming the ones there are.
core::Result<std::shared_ptr<DetectionNet>> make_detection_net(const std::string& name, int classes);

}  // namespace vigil::nets
