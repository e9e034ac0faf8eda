// ViolenceClipNet: the house model's two heads over what moves in a window; features in, one logit out.
//
//   auto net = std::make_shared<ViolenceClipNet>();
//   net->set_normalisation(train_features);           // once, before training
//   torch::Tensor logits = net->forward(features);    // [B] in eval mode
//
// One head reads the optical-flow descriptor (vision/motion_descriptor.h), the other how the maps of a frozen ResNet trunk
// change over time (vision/window_features.h). Each is a logistic regression and is trained by itself: together they would
// fit the training sources better and unseen ones worse. Their logits are averaged.
#pragma once

#include <torch/nn/modules/linear.h>

#include "nets/clip_net.h"
#include "nets/resnet_trunk.h"

namespace vigil::nets {

class ViolenceClipNet : public ClipNet {
 public:
  static constexpr int kMotionFeatures = 124;
  static constexpr int kChangeFeatures = 2 * ResnetTrunkImpl::kMaps;
  static constexpr int kFeatures = kMotionFeatures + kChangeFeatures;
  // The many trunk features carry ten times the weight penalty of the few motion ones: shrinking an input by √10 does that
  // under one common weight decay.
  static constexpr double kChangeShrink = 0.31622776601683794;

  ViolenceClipNet();

  InputKind input_kind() const override { return InputKind::kWindowFeatures; }

  // features: [B, kFeatures] float32, motion first. In training mode [B, 2], a logit per head; else [B], their mean.
  torch::Tensor forward(torch::Tensor features) override;

  torch::Tensor agreed_logits(torch::Tensor features) override;

  // [B, 2]: the logit of the motion head and of the change head.
  torch::Tensor head_logits(const torch::Tensor& features);

  // Sets the mean and spread by which every feature is standardised. features: [N, kFeatures], N ≥ 2.
  void set_normalisation(const torch::Tensor& features);

  // The trunk that the features are computed with; its weights are saved with the heads and never trained.
  const ResnetTrunk& trunk() const { return trunk_; }

 private:
  ResnetTrunk trunk_;
  torch::Tensor mean_, scale_;  // [kFeatures]
  torch::nn::Linear motion_head_, change_head_;
};

}  // namespace vigil::nets
