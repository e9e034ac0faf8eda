#include "nets/violence_clip.h"

namespace vigil::nets {
namespace {

// The many trunk features carry ten times the weight penalty of the few motion ones: shrinking an input by √10 does that
// under one common weight decay.
constexpr double kChangeShrink = 0.31622776601683794;
constexpr double kLargestDeviation = 4;   // in spreads; no single odd feature decides
constexpr double kSmallestSpread = 0.05;  // a feature that hardly varies in training must not be blown up

}  // namespace

ViolenceClipNet::ViolenceClipNet()
    : trunk_(register_module("trunk", ResnetTrunk())),
      mean_(register_buffer("mean", torch::zeros({kFeatures}))),
      scale_(register_buffer("scale", torch::ones({kFeatures}))),
      motion_head_(register_module("motion_head", torch::nn::Linear(kMotionFeatures, 1))),
      change_head_(register_module("change_head", torch::nn::Linear(kChangeFeatures, 1))) {
  for (torch::Tensor& parameter : trunk_->parameters()) parameter.set_requires_grad(false);
  // Regularised logistic regression starts from no opinion.
  for (auto& head : {motion_head_, change_head_}) {
    torch::nn::init::zeros_(head->weight);
    torch::nn::init::zeros_(head->bias);
  }
}

torch::Tensor ViolenceClipNet::forward(torch::Tensor features) {
  const torch::Tensor logits = head_logits(features);
  return is_training() ? logits : logits.mean(1);
}

torch::Tensor ViolenceClipNet::agreed_logits(torch::Tensor features) { return head_logits(features).amin(1); }

torch::Tensor ViolenceClipNet::head_logits(const torch::Tensor& features) {
  const torch::Tensor x = ((features - mean_) * scale_).clamp(-kLargestDeviation, kLargestDeviation);
  const torch::Tensor motion = motion_head_->forward(x.narrow(1, 0, kMotionFeatures));
  const torch::Tensor change = change_head_->forward(kChangeShrink * x.narrow(1, kMotionFeatures, kChangeFeatures));
  return torch::cat({motion, change}, 1);
}

void ViolenceClipNet::set_normalisation(const torch::Tensor& features) {
  const torch::NoGradGuard no_grad;
  mean_.copy_(features.mean(0));
  scale_.copy_(1 / features.std(0, /*unbiased=*/false).clamp_min(kSmallestSpread));
}

}  // namespace vigil::nets
