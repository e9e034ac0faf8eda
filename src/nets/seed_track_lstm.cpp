#include "nets/seed_track_lstm.h"

#include <torch/torch.h>

#include "nets/standardise.h"

namespace vigil::nets {
namespace {

constexpr int kState = 128;
constexpr double kCropShrink = 0.22206994;  // √(kPersonStepSize / kPersonCrop)

bool has_views(SeedTrackInput input) { return input == SeedTrackInput::kStepsAndViews; }
bool has_crops(SeedTrackInput input) { return input == SeedTrackInput::kStepsAndCrops; }
int surroundings(SeedTrackInput input) { return has_crops(input) ? kPersonCrop : kPersonView; }
int step_size(SeedTrackInput input) { return kPersonStepSize + (has_crops(input) ? kPersonCrop : 0); }

}  // namespace

SeedTrackLstm::SeedTrackLstm(SeedTrackInput input)
    : input_(input),
      mean_(register_buffer("mean", torch::zeros({surroundings(input)}))),
      scale_(register_buffer("scale", torch::ones({surroundings(input)}))),
      lstm_(register_module("lstm", torch::nn::LSTM(torch::nn::LSTMOptions(step_size(input), kState).batch_first(true)))),
      fc1_(register_module("fc1", torch::nn::Linear(kState + (has_views(input) ? kPersonView : 0), 2048))),
      fc2_(register_module("fc2", torch::nn::Linear(2048, 1024))),
      fc3_(register_module("fc3", torch::nn::Linear(1024, 2))) {
  for (auto& layer : {fc1_, fc2_, fc3_}) {
    torch::nn::init::xavier_uniform_(layer->weight);
    torch::nn::init::zeros_(layer->bias);
  }
}

InputKind SeedTrackLstm::input_kind() const { return has_crops(input_) ? InputKind::kPeopleCrops : InputKind::kPeople; }

torch::Tensor SeedTrackLstm::head_logits(const torch::Tensor& rows) {
  torch::Tensor steps = steps_of(rows);
  if (has_crops(input_)) steps = torch::cat({steps, kCropShrink * standardised(crops_of(rows), mean_, scale_)}, 2);
  const auto [all, state] = lstm_->forward(steps);
  torch::Tensor x = all.select(1, kPersonSteps - 1);
  if (has_views(input_)) x = torch::cat({x, standardised(views_of(rows), mean_, scale_)}, 1);
  x = fc3_->forward(torch::relu(fc2_->forward(torch::relu(fc1_->forward(x)))));
  // The logit of the soft-max over the two classes.
  return x.narrow(1, 1, 1) - x.narrow(1, 0, 1);
}

void SeedTrackLstm::set_normalisation(const torch::Tensor& rows) {
  const torch::Tensor people = rows.index_select(0, (rows.select(1, 0) == kSomebody).nonzero().squeeze(1));
  const torch::Tensor& taken = people.size(0) > 1 ? people : rows;
  fit_standardisation(has_crops(input_) ? crops_of(taken).reshape({-1, kPersonCrop}).to(torch::kFloat32) : views_of(taken),
                      mean_, scale_);
}

}  // namespace vigil::nets
