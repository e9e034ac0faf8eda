// The parts of YOLOX: the cross-stage-partial backbone with its feature pyramid, and the decoupled head. Used by
// nets/yolox.h.
//
//   YoloxPyramid pyramid({.depth = 0.33, .width = 0.25, .depthwise = true});
//   std::vector<torch::Tensor> maps = pyramid->forward(bgr);   // at 1/8, 1/16 and 1/32 of the picture's size
//
// Submodules carry the published names and are registered in the order in which they are executed.
#pragma once

#include <vector>

#include <torch/nn/modules/container/any.h>
#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/pimpl.h>

#include "nn/conv_block.h"

namespace vigil::nets {

struct YoloxScale {
  double depth = 1;        // of the number of bottlenecks
  double width = 1;        // of the number of channels
  bool depthwise = false;  // k×k convolutions as a depth-wise and a 1×1 one

  int channels(int full) const { return static_cast<int>(full * width); }
};

// Half of the channels goes through bottlenecks, the other half around them. Wang et al., "CSPNet", 2020.
struct CspOptions {
  int in = 0, out = 0;
  int blocks = 1;
  bool shortcut = true;
  bool depthwise = false;
};

class CspLayerImpl : public torch::nn::Module {
 public:
  explicit CspLayerImpl(const CspOptions& options);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  nn::ConvBlock conv1_{nullptr}, conv2_{nullptr}, conv3_{nullptr};
  torch::nn::Sequential blocks_;
};
TORCH_MODULE(CspLayer);

class YoloxBackboneImpl : public torch::nn::Module {
 public:
  explicit YoloxBackboneImpl(const YoloxScale& scale);
  std::vector<torch::Tensor> forward(const torch::Tensor& bgr);  // at 1/8, 1/16, 1/32

 private:
  torch::nn::Sequential dark2_, dark3_, dark4_, dark5_;
  torch::nn::AnyModule stem_;
};
TORCH_MODULE(YoloxBackbone);

class YoloxPyramidImpl : public torch::nn::Module {
 public:
  explicit YoloxPyramidImpl(const YoloxScale& scale);
  std::vector<torch::Tensor> forward(const torch::Tensor& bgr);  // at 1/8, 1/16, 1/32

 private:
  YoloxBackbone backbone_{nullptr};
  nn::ConvBlock lateral_conv0_{nullptr}, reduce_conv1_{nullptr};
  CspLayer c3_p4_{nullptr}, c3_p3_{nullptr}, c3_n3_{nullptr}, c3_n4_{nullptr};
  torch::nn::AnyModule bu_conv2_, bu_conv1_;
};
TORCH_MODULE(YoloxPyramid);

// What the head says of one map, as logits: [N, 5, H, W] centre, size and objectness; [N, classes, H, W].
struct YoloxScores {
  torch::Tensor boxes;
  torch::Tensor classes;
};

class YoloxHeadImpl : public torch::nn::Module {
 public:
  YoloxHeadImpl(const YoloxScale& scale, int classes);
  YoloxScores forward(const torch::Tensor& map, int level);

  // The modules of one level in the order in which they are executed.
  std::vector<std::shared_ptr<torch::nn::Module>> executed(int level) const;

 private:
  torch::nn::ModuleList stems_, cls_convs_, reg_convs_, cls_preds_, reg_preds_, obj_preds_;
};
TORCH_MODULE(YoloxHead);

}  // namespace vigil::nets
