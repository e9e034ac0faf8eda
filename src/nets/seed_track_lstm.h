// SeedTrackLstm: the per-person classifier of the source document on real-time violence detection: an LSTM over each tracked
// person, then three dense layers of 2048, 1024 and 2 neurons, ReLU after the first two, soft-max over the last; dense
// weights Xavier uniform.
//
//   auto net = std::make_shared<SeedTrackLstm>(SeedTrackInput::kStepsAndViews);
//
// The document leaves open what the LSTM is shown and how wide it is; here: the steps of nets/people_net.h, 128 wide. With
// views what moves in the cut-out around the person joins the LSTM's last state; with crops what a frozen ResNet-50 says of
// the picture around the person joins every step, standardised and scaled so that its many numbers together weigh as much as
// the few of the step.
#pragma once

#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/rnn.h>

#include "nets/people_net.h"

namespace vigil::nets {

enum class SeedTrackInput { kSteps, kStepsAndViews, kStepsAndCrops };

class SeedTrackLstm : public PeopleNet {
 public:
  explicit SeedTrackLstm(SeedTrackInput input);

  InputKind input_kind() const override;
  torch::Tensor head_logits(const torch::Tensor& rows) override;
  bool looks_at_views() const override { return input_ == SeedTrackInput::kStepsAndViews; }
  void set_normalisation(const torch::Tensor& rows) override;

 private:
  SeedTrackInput input_;
  torch::Tensor mean_, scale_;  // [kPersonView]; with crops [kPersonCrop]
  torch::nn::LSTM lstm_;
  torch::nn::Linear fc1_, fc2_, fc3_;
};

}  // namespace vigil::nets
