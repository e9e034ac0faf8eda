// NanoDet: RangiLyu's NanoDet-g: a detector of 3.8 million parameters and 2.1 billion multiplications at 416 × 416, without
// depth-wise convolutions: small in memory, quick where arithmetic is dense.
//
//   NanoDet net(80);
//   net->load_tfjs(*nn::read_tfjs_weights("nanodet.json"));   // the published weights, classes as COCO has them
//   std::vector<DetectionGrid> grids = net->grids(bgr);       // BoxCode::kDistances, strides 8, 16, 32
//
// A cross-stage-partial backbone, a path-aggregation pyramid without convolutions of its own, and a head of two convolutions
// a level that boxes and classes share. Parameter names are those of the published checkpoints
// ("backbone.stages.2.res_blocks.0.in_conv.conv.weight").
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/pimpl.h>

#include "core/result.h"
#include "nets/detection_net.h"
#include "nn/safetensors.h"

namespace vigil::nets {

// The three levels of the pyramid, from maps at 1/8, 1/16 and 1/32 with as many channels each.
class NanoDetPyramidImpl : public torch::nn::Module {
 public:
  NanoDetPyramidImpl();
  std::array<torch::Tensor, 3> forward(const std::array<torch::Tensor, 3>& maps);

 private:
  torch::nn::ModuleList laterals_;
};
TORCH_MODULE(NanoDetPyramid);

class NanoDetHeadImpl : public torch::nn::Module {
 public:
  explicit NanoDetHeadImpl(int classes);
  // [N, classes + 4 · kDistanceBins, H, W]
  torch::Tensor forward(const torch::Tensor& map, std::size_t level);

  // The modules of all levels in the order in which they are executed.
  std::vector<std::shared_ptr<torch::nn::Module>> executed() const;

 private:
  torch::nn::ModuleList convs_, predictions_;
};
TORCH_MODULE(NanoDetHead);

class NanoDetImpl : public DetectionNet {
 public:
  static constexpr const char* kName = "nanodet-g";

  explicit NanoDetImpl(int classes = 80);

  std::vector<DetectionGrid> grids(const torch::Tensor& bgr) override;

  std::string variant() const override { return kName; }
  const char* family() const override { return "NanoDet"; }
  BoxCode box_code() const override { return BoxCode::kDistances; }
  int classes() const override { return classes_; }
  int input_px() const override { return 416; }

  // Takes the published TensorFlow.js weights by their names; batch normalisation becomes the identity. All or nothing.
  // Errors: kUnsupported (weights of another network: one that is missing is named), kUnreadable (another shape).
  core::Status load_tfjs(const nn::TensorMap& tensors);

 private:
  int classes_;
  torch::nn::ModuleList stages_;
  NanoDetPyramid pyramid_;
  NanoDetHead head_;
};
TORCH_MODULE(NanoDet);

}  // namespace vigil::nets
