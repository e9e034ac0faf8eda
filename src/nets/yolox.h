// Yolox: the YOLOX family of detectors: pictures in, for each point of three grids a box, an objectness and class scores
// out.
//
//   Yolox net(*yolox_variant("yolox-nano"), 80);
//   torch::Tensor raw = net->forward(bgr);        // [N, 3549, 85] of [N, 3, 416, 416] float32 in 0–255
//   std::vector<DetectionGrid> grids = net->grids(bgr);   // the same as logits, BoxCode::kCenterSize: to train and decode
//
// Ge, Liu, Wang, Li, Sun, "YOLOX: exceeding YOLO series in 2021". Parameter names are those of the published checkpoints
// ("backbone.backbone.stem.conv.conv.weight", "head.cls_preds.0.weight"). Serve it frozen: nn::freeze(*net, …) of
// conv_block.h. A net belongs to one thread at a time; construction draws from torch's global generator.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <torch/nn/pimpl.h>

#include "core/result.h"
#include "nets/detection_net.h"
#include "nets/folded_weights.h"
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

class YoloxImpl : public DetectionNet {
 public:
  static constexpr std::array<int, 3> kStrides = {8, 16, 32};

  explicit YoloxImpl(const YoloxVariant& variant, int classes = 80);

  std::vector<DetectionGrid> grids(const torch::Tensor& bgr) override;

  // What the published exports give: [N, points, 5 + classes], cx, cy, w, h relative to grid and stride as in BoxCode,
  // objectness and classes as probabilities; points row by row, finest grid first.
  torch::Tensor forward(const torch::Tensor& bgr);

  // Takes the convolutions of an exported graph in its order, which is the order of execution; batch normalisation becomes
  // the identity. All or nothing. Errors: kUnreadable (another number of convolutions, or a shape that does not fit).
  core::Status load_folded(std::span<const FoldedWeights> convolutions);

  std::string variant() const override { return std::string(variant_.name); }
  const char* family() const override { return "YOLOX"; }
  BoxCode box_code() const override { return BoxCode::kCenterSize; }
  int classes() const override { return classes_; }
  int input_px() const override { return variant_.input_px; }

 private:
  YoloxVariant variant_;
  int classes_;
  YoloxPyramid backbone_;
  YoloxHead head_;
};
TORCH_MODULE(Yolox);

}  // namespace vigil::nets
