// predict: takes a network and a BatchSource, gives the probability of each sample. What validation, `vigil eval` and
// `vigil predict` share.
//
//   auto shown = predict(trainee(net), source, {.device = device});
//   auto scores = measure(shown->probabilities, shown->labels, recipe.trainer.threshold);
//
// The network is put into evaluation mode (dropout off, batch-norm frozen) and back into the mode it was in. One thread at a
// time per network.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <utility>
#include <vector>

#include <torch/nn/module.h>

#include "core/progress.h"
#include "core/result.h"
#include "learn/batch_source.h"
#include "learn/pace.h"
#include "nn/device.h"

namespace vigil::learn {

// Any torch module with a way from inputs [B, …] to logits [B]; in training mode also [B, heads], each held against the
// label. Or, of what is no classifier, with a loss of its own.
struct Trainee {
  std::shared_ptr<torch::nn::Module> module;
  std::function<torch::Tensor(const torch::Tensor&)> logits = {};
  // (inputs [B, …], labels of learn/batch_source.h, epoch counted from 0) → the loss summed over the rows, float32, one
  // number. Where it is set the trainer calls it in place of `logits`, and there are no scores.
  std::function<torch::Tensor(const torch::Tensor&, const torch::Tensor&, int epoch)> loss = {};
};

// Of anything with forward(Tensor) → Tensor, such as nets::ClipNet.
template <typename Net>
Trainee trainee(std::shared_ptr<Net> net) {
  return {.module = net, .logits = [net](const torch::Tensor& inputs) { return net->forward(inputs); }};
}

// One entry per sample, in the order in which the source first gave it. A sample that came as several windows (rows with the
// same index) has the mean of its windows' probabilities.
struct Predictions {
  std::vector<std::int64_t> samples;
  std::vector<double> probabilities;  // [0, 1]
  std::vector<int> labels;            // 0 or 1
  double loss = 0;                    // mean over all rows of the plain binary cross-entropy of the logits
  Pace pace;
};

struct PredictOptions {
  torch::Device device = torch::kCPU;
  nn::Precision precision = nn::Precision::kFull32;
  std::int64_t limit_batches = 0;  // 0: all
  std::int64_t epoch = 0;          // which epoch of the source to show
  std::stop_token stop = {};
  core::ProgressSink progress = {};  // in batches
};

// Errors: what the source says; kUnreadable (the source is empty); kCancelled; kInternal (a logit that is not finite, naming
// the sample; what torch reports).
core::Result<Predictions> predict(const Trainee& trainee, BatchSource& source, const PredictOptions& options);

}  // namespace vigil::learn
