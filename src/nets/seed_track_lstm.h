// SeedTrackLstm: the per-person classifier of the source document on real-time violence detection: an LSTM over each tracked
// person, then three dense layers of 2048, 1024 and 2 neurons, ReLU after the first two, soft-max over the last; dense
// weights Xavier uniform.
//
//   auto net = std::make_shared<SeedTrackLstm>(/*appearance=*/true);
//
// The document leaves open what the LSTM is shown and how wide it is; here: the steps of nets/people_net.h, 128 wide. With
// `appearance` what moves in the cut-out around the person joins the LSTM's last state.
#pragma once

#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/rnn.h>

#include "nets/people_net.h"

namespace vigil::nets {

class SeedTrackLstm : public PeopleNet {
 public:
  explicit SeedTrackLstm(bool appearance);

  torch::Tensor head_logits(const torch::Tensor& rows) override;
  bool looks_at_views() const override { return appearance_; }
  void set_normalisation(const torch::Tensor& rows) override;

 private:
  bool appearance_;
  torch::Tensor mean_, scale_;  // [kPersonView]
  torch::nn::LSTM lstm_;
  torch::nn::Linear fc1_, fc2_, fc3_;
};

}  // namespace vigil::nets
