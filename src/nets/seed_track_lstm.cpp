#include "nets/seed_track_lstm.h"

#include <torch/torch.h>

#include "nets/standardise.h"

namespace vigil::nets {
namespace {

constexpr int kState = 128;

}  // namespace

SeedTrackLstm::SeedTrackLstm(bool appearance)
    : appearance_(appearance),
      mean_(register_buffer("mean", torch::zeros({kPersonView}))),
      scale_(register_buffer("scale", torch::ones({kPersonView}))),
      lstm_(register_module("lstm", torch::nn::LSTM(torch::nn::LSTMOptions(kPersonStepSize, kState).batch_first(true)))),
      fc1_(register_module("fc1", torch::nn::Linear(kState + (appearance ? kPersonView : 0), 2048))),
      fc2_(register_module("fc2", torch::nn::Linear(2048, 1024))),
      fc3_(register_module("fc3", torch::nn::Linear(1024, 2))) {
  for (auto& layer : {fc1_, fc2_, fc3_}) {
    torch::nn::init::xavier_uniform_(layer->weight);
    torch::nn::init::zeros_(layer->bias);
  }
}

torch::Tensor SeedTrackLstm::head_logits(const torch::Tensor& rows) {
  const auto [all, state] = lstm_->forward(steps_of(rows));
  torch::Tensor x = all.select(1, kPersonSteps - 1);
  if (appearance_) {
    x = torch::cat({x, standardised(views_of(rows), mean_, scale_)}, 1);
  }
  x = fc3_->forward(torch::relu(fc2_->forward(torch::relu(fc1_->forward(x)))));
  // The logit of the soft-max over the two classes.
  return x.narrow(1, 1, 1) - x.narrow(1, 0, 1);
}

void SeedTrackLstm::set_normalisation(const torch::Tensor& rows) {
  const torch::Tensor people = rows.index_select(0, (rows.select(1, 0) == kSomebody).nonzero().squeeze(1));
  fit_standardisation(views_of(people.size(0) > 1 ? people : rows), mean_, scale_);
}

}  // namespace vigil::nets
