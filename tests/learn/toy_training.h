// A tiny network, clips made of numbers, and a recipe to train the one on the other: for tests of the training loop.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "learn/batch_source.h"
#include "learn/recipe.h"
#include "learn/trainer.h"

namespace vigil::learn::toy {

// Convolution, batch norm, dropout, linear: everything that makes resuming hard.
class Net : public torch::nn::Module {
 public:
  Net();
  torch::Tensor forward(const torch::Tensor& clips);

 private:
  torch::nn::Conv3d conv_{nullptr};
  torch::nn::BatchNorm3d norm_{nullptr};
  torch::nn::Dropout dropout_{nullptr};
  torch::nn::Linear linear_{nullptr};
};

// The same initial weights for the same seed.
std::shared_ptr<Net> make_net(std::int64_t seed = 1);

// Every parameter and buffer, in order, as one vector.
std::vector<float> all_weights(const torch::nn::Module& module);

struct SourceOptions {
  std::int64_t clips = 8;
  std::int64_t batch_size = 2;
  std::int64_t windows = 1;  // rows per clip
  bool shuffled = true;      // order and noise differ from epoch to epoch, as in training
  bool one_class = false;
  float noise = 0.3F;
  float poison = 0;                    // what the first value of every clip is multiplied by… 0: left alone
  std::chrono::milliseconds delay{0};  // before every batch
};

// Clip i is violent when i is odd: its second half is brighter than its first. Depends only on (clip, epoch).
class Source : public BatchSource {
 public:
  explicit Source(SourceOptions options = {}) : options_(options) {}

  void start_epoch(std::int64_t epoch, std::int64_t first_batch = 0) override;
  core::Result<std::optional<Batch>> next() override;
  std::int64_t batches_per_epoch() const override;
  std::int64_t samples() const override { return options_.clips; }

  std::int64_t batches_given() const { return given_; }

 private:
  torch::Tensor clip(std::int64_t row) const;

  SourceOptions options_;
  std::int64_t epoch_ = 0;
  std::vector<std::int64_t> order_;
  std::size_t place_ = 0;
  std::int64_t given_ = 0;
};

// 4 epochs of 8 clips in batches of 2, two of them a step, cosine, clipping. `overrides` as on the command line.
Recipe make_recipe(const std::vector<std::string>& overrides = {});

}  // namespace vigil::learn::toy
