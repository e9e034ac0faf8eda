// DenseBoxes: what a detector says at every point of its grids, as boxes and scores of one class, whatever its head: between
// the networks of `nets` and the detection loss.
//
//   DenseBoxes said = dense_boxes(net->grids(pictures), net->box_code());
//   torch::Tensor loss = detection_loss(said, labels, {});
//
// Differentiable; float32 whatever the network computes in.
#pragma once

#include <span>
#include <vector>

#include <torch/types.h>

#include "learn/point_assignment.h"
#include "nets/detection_net.h"

namespace vigil::learn {

struct DenseBoxes {
  std::vector<GridPoint> points;  // P, finest grid first, row by row
  torch::Tensor boxes;            // [N, P, 4]: left, top, right, bottom in pixels of the input
  torch::Tensor objectness;       // [N, P] logits; undefined where the head has none
  torch::Tensor classes;          // [N, P] logits
  torch::Tensor raw;              // [N, P, 4]: cx, cy, w, h of BoxCode::kCenterSize; undefined for another code
};

// Of networks of one class.
DenseBoxes dense_boxes(std::span<const nets::DetectionGrid> grids, nets::BoxCode code);

}  // namespace vigil::learn
