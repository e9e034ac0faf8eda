// ViolencePerson: the house model of who is violent: three heads over one person in a window, each trained by itself, their
// logits averaged.
//
//   posture   a light temporal network over the steps (posture, limbs, the nearest other): two convolutions in time
//   motion    a logistic regression on the optical flow in the cut-out around the person
//   change    a logistic regression on how the maps of a ResNet trunk change in it
//
// The last two are the heads of nets/violence_clip.h, on a person instead of a picture.
#pragma once

#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/linear.h>

#include "nets/people_net.h"

namespace vigil::nets {

class ViolencePerson : public PeopleNet {
 public:
  ViolencePerson();

  torch::Tensor head_logits(const torch::Tensor& rows) override;
  bool looks_at_views() const override { return true; }
  Heads part_heads() const override { return {.first = 1, .count = 2}; }
  void set_normalisation(const torch::Tensor& rows) override;

 private:
  torch::Tensor posture_logit(const torch::Tensor& steps);

  torch::nn::Conv1d reduce_, along_;
  torch::nn::Dropout dropout_;
  torch::nn::Linear posture_head_, motion_head_, change_head_;
  torch::Tensor step_mean_, step_scale_;  // [kPersonStepSize]
  torch::Tensor mean_, scale_;            // [kPersonView]
};

}  // namespace vigil::nets
