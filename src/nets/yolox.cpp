#include "nets/yolox.h"

#include <algorithm>
#include <format>

#include <torch/torch.h>

namespace vigil::nets {
namespace {

constexpr std::array<YoloxVariant, 6> kVariants = {{
    {.name = "yolox-nano", .depth = 0.33, .width = 0.25, .depthwise = true, .input_px = 416},
    {.name = "yolox-tiny", .depth = 0.33, .width = 0.375, .input_px = 416},
    {.name = "yolox-s", .depth = 0.33, .width = 0.5},
    {.name = "yolox-m", .depth = 0.67, .width = 0.75},
    {.name = "yolox-l", .depth = 1, .width = 1},
    {.name = "yolox-x", .depth = 1.33, .width = 1.25},
}};

YoloxScale scale_of(const YoloxVariant& variant) {
  return {.depth = variant.depth, .width = variant.width, .depthwise = variant.depthwise};
}

}  // namespace

std::span<const YoloxVariant> yolox_variants() { return kVariants; }

std::optional<YoloxVariant> yolox_variant(std::string_view name) {
  const auto found = std::ranges::find(kVariants, name, &YoloxVariant::name);
  return found == kVariants.end() ? std::nullopt : std::optional(*found);
}

YoloxImpl::YoloxImpl(const YoloxVariant& variant, int classes)
    : variant_(variant), classes_(classes), backbone_(scale_of(variant)), head_(scale_of(variant), classes) {
  register_module("backbone", backbone_);
  register_module("head", head_);
}

std::vector<DetectionGrid> YoloxImpl::grids(const torch::Tensor& bgr) {
  const std::vector<torch::Tensor> maps = backbone_->forward(bgr);
  std::vector<DetectionGrid> grids;
  for (std::size_t i = 0; i < kStrides.size(); ++i) {
    YoloxScores scores = head_->forward(maps[i], static_cast<int>(i));
    grids.push_back({.boxes = scores.boxes, .classes = scores.classes, .stride = kStrides[i]});
  }
  return grids;
}

torch::Tensor YoloxImpl::forward(const torch::Tensor& bgr) {
  std::vector<torch::Tensor> rows;
  for (const DetectionGrid& grid : grids(bgr)) {
    const torch::Tensor points =
        torch::cat({grid.boxes.narrow(1, 0, 4), grid.boxes.narrow(1, 4, 1).sigmoid(), grid.classes.sigmoid()}, 1);
    rows.push_back(points.flatten(2).transpose(1, 2));
  }
  return torch::cat(rows, 1);
}

core::Status YoloxImpl::load_folded(std::span<const FoldedWeights> convolutions) {
  Modules order = backbone_->modules();
  for (std::size_t i = 0; i < kStrides.size(); ++i) {
    const Modules level = head_->executed(static_cast<int>(i));
    order.insert(order.end(), level.begin(), level.end());
  }
  return nets::load_folded(order, convolutions);
}

}  // namespace vigil::nets
