// The loss that detectors are trained with: how far boxes and scores at every point are from what SimOTA asks of it.
//
//   const DenseBoxes said = dense_boxes(net->grids(pictures), net->box_code());
//   torch::Tensor loss = detection_loss(said, batch.labels, {.l1 = last_epochs});
//   loss.backward();
//
// Heads with objectness, as YOLOX's (Ge et al. 2021): 5 · (1 − IoU²) + binary cross-entropy of the objectness + of the
// class, whose target is the overlap, + the L1 distance of the raw box under `l1`. Heads without, as NanoDet's: 2 · (1 −
// IoU²) and the quality focal loss of the class, whose target is the overlap (Li et al., "Generalized focal loss", 2020).
// All are summed over points and divided by the number of those that have a box. A label's weight counts as so many points;
// points inside ignored boxes and crowds are no background.
#pragma once

#include <torch/types.h>

#include "learn/dense_boxes.h"

namespace vigil::learn {

struct DetectionLossOptions {
  bool l1 = false;  // of raw boxes too; for the last epochs, where augmentation is weak
};

// `labels`: [N, kMaxBoxLabels, kBoxLabelValues] (learn/box_labels.h). One number, the mean over the batch's points with a
// box.
torch::Tensor detection_loss(const DenseBoxes& said, const torch::Tensor& labels, const DetectionLossOptions& options);

}  // namespace vigil::learn
