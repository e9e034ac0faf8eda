#include "nets/violence_person.h"

#include <torch/torch.h>

#include "nets/standardise.h"

namespace vigil::nets {
namespace {

constexpr int kWidth = 24;
constexpr int kMotion = ViolenceClipNet::kMotionFeatures;
constexpr int kChange = ViolenceClipNet::kChangeFeatures;

}  // namespace

ViolencePerson::ViolencePerson()
    : reduce_(register_module("reduce", torch::nn::Conv1d(torch::nn::Conv1dOptions(kPersonStepSize, kWidth, 3).padding(1)))),
      along_(
          register_module("along", torch::nn::Conv1d(torch::nn::Conv1dOptions(kWidth, kWidth, 3).padding(2).dilation(2)))),
      dropout_(register_module("dropout", torch::nn::Dropout(0.5))),
      posture_head_(register_module("posture_head", torch::nn::Linear(2 * kWidth, 1))),
      motion_head_(register_module("motion_head", torch::nn::Linear(kMotion, 1))),
      change_head_(register_module("change_head", torch::nn::Linear(kChange, 1))),
      step_mean_(register_buffer("step_mean", torch::zeros({kPersonStepSize}))),
      step_scale_(register_buffer("step_scale", torch::ones({kPersonStepSize}))),
      mean_(register_buffer("mean", torch::zeros({kPersonView}))),
      scale_(register_buffer("scale", torch::ones({kPersonView}))) {
  for (auto& head : {motion_head_, change_head_}) {
    torch::nn::init::zeros_(head->weight);
    torch::nn::init::zeros_(head->bias);
  }
}

torch::Tensor ViolencePerson::posture_logit(const torch::Tensor& steps) {
  torch::Tensor x = standardised(steps, step_mean_, step_scale_).transpose(1, 2);  // [N, numbers, steps]
  x = torch::relu(reduce_->forward(x));
  x = x + torch::relu(along_->forward(x));
  return posture_head_->forward(dropout_->forward(torch::cat({x.mean(2), x.amax(2)}, 1)));
}

torch::Tensor ViolencePerson::head_logits(const torch::Tensor& rows) {
  const torch::Tensor views = standardised(views_of(rows), mean_, scale_);
  const torch::Tensor motion = motion_head_->forward(views.narrow(1, 0, kMotion));
  const torch::Tensor change = change_head_->forward(ViolenceClipNet::kChangeShrink * views.narrow(1, kMotion, kChange));
  return torch::cat({posture_logit(steps_of(rows)), motion, change}, 1);
}

void ViolencePerson::set_normalisation(const torch::Tensor& rows) {
  const auto of_kind = [&](float kind) { return rows.index_select(0, (rows.select(1, 0) == kind).nonzero().squeeze(1)); };
  const torch::Tensor people = of_kind(kSomebody);
  const torch::Tensor everybody = of_kind(kEverybody);
  fit_standardisation(steps_of(people.size(0) > 1 ? people : rows).reshape({-1, kPersonStepSize}), step_mean_, step_scale_);
  fit_standardisation(views_of(everybody.size(0) > 1 ? everybody : rows), mean_, scale_);
}

}  // namespace vigil::nets
