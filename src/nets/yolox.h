// Yolox: the YOLOX family of detectors: pictures in, for each point of three grids a box, an objectness and class scores
// out.
//
//   Yolox net(*yolox_variant("yolox-nano"), 80);
//   torch::Tensor raw = net->forward(bgr);        // [N, 3549, 85] of [N, 3, 416, 416] float32 in 0–255
//   std::vector<YoloxGrid> grids = net->grids(bgr);   // the same as logits, one grid a stride: for training and decoding
//
// Ge, Liu, Wang, Li, Sun, "YOLOX: exceeding YOLO series in 2021". Parameter names are those of the published checkpoints
// ("backbone.backbone.stem.conv.conv.weight", "head.cls_preds.0.weight"). Serve it frozen: nn::freeze(*net, …) of
// conv_block.h. A net belongs to one thread at a time; construction draws from torch's global generator.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <torch/nn/pimpl.h>

#include "core/result.h"
#include "nets/yolox_parts.h"

namespace vigil::nets {

// Of the published family: yolox-nano, -tiny, -s, -m, -l, -x.
struct YoloxVariant {
  std::string_view name;
  double depth = 1;
  double width = 1;
  bool depthwise = false;
  int input_px = 640;  // the square it was trained on
};

std::span<const YoloxVariant> yolox_variants();

// Nothing for an unknown name.
std::optional<YoloxVariant> yolox_variant(std::string_view name);

// What the head says at one stride. Point (y, x) of the grid predicts the box with centre (x + cx, y + cy) · stride and size
// (e^w, e^h) · stride in pixels of the input; its score for a class is sigmoid(objectness) · sigmoid(class).
struct YoloxGrid {
  torch::Tensor boxes;    // [N, 5, H, W]: cx, cy, w, h, objectness
  torch::Tensor classes;  // [N, classes, H, W]
  int stride = 0;
};

// A convolution of a graph in which batch normalisation is folded, as exported files have it.
struct FoldedWeights {
  torch::Tensor weight;
  torch::Tensor bias;
};

class YoloxImpl : public torch::nn::Module {
 public:
  static constexpr std::array<int, 3> kStrides = {8, 16, 32};

  explicit YoloxImpl(const YoloxVariant& variant, int classes = 80);

  // `bgr`: [N, 3, H, W] in 0–255, any float type; H and W multiples of 32. Logits, finest grid first.
  std::vector<YoloxGrid> grids(const torch::Tensor& bgr);

  // What the published exports give: [N, points, 5 + classes], cx, cy, w, h relative to grid and stride as in YoloxGrid,
  // objectness and classes as probabilities; points row by row, finest grid first.
  torch::Tensor forward(const torch::Tensor& bgr);

  // Takes the convolutions of an exported graph in its order, which is the order of execution; batch normalisation becomes
  // the identity. All or nothing. Errors: kUnreadable (another number of convolutions, or a shape that does not fit).
  core::Status load_folded(std::span<const FoldedWeights> convolutions);

  int classes() const { return classes_; }

 private:
  int classes_;
  YoloxPyramid backbone_;
  YoloxHead head_;
};
TORCH_MODULE(Yolox);

}  // namespace vigil::nets
