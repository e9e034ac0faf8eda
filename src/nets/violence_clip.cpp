#include "nets/violence_clip.h"

#include "nets/standardise.h"

namespace vigil::nets {

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
  const torch::Tensor x = standardised(features, mean_, scale_);
  const torch::Tensor motion = motion_head_->forward(x.narrow(1, 0, kMotionFeatures));
  const torch::Tensor change = change_head_->forward(kChangeShrink * x.narrow(1, kMotionFeatures, kChangeFeatures));
  return torch::cat({motion, change}, 1);
}

void ViolenceClipNet::set_normalisation(const torch::Tensor& features) { fit_standardisation(features, mean_, scale_); }

}  // namespace vigil::nets
