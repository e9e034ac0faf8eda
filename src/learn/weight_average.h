// WeightAverage: an exponential running average of a network's parameters, which often generalises better than the last
// ones.
//
//   WeightAverage average(*net, 0.999);
//   optimizer.step();  average.update();
//   average.swap();    // the network holds the averages; call again to get the trained weights back
//
// After n steps the decay is min(decay, (1 + n) / (10 + n)), so that the start of training is soon forgotten. Buffers (batch
// norm) are not averaged. One thread at a time.
#pragma once

#include <cstdint>
#include <vector>

#include <torch/nn/module.h>

namespace vigil::learn {

class WeightAverage {
 public:
  // Starts from the weights that the module holds now. The module's parameters must stay the same tensors.
  WeightAverage(const torch::nn::Module& module, double decay);

  void update();
  void swap();

  // For checkpoints: the averages in the order of module.parameters(), and the number of updates.
  const std::vector<torch::Tensor>& averages() const { return averages_; }
  std::int64_t updates() const { return updates_; }
  // `averages`: as many, of the same shapes.
  void restore(const std::vector<torch::Tensor>& averages, std::int64_t updates);

 private:
  std::vector<torch::Tensor> parameters_;
  std::vector<torch::Tensor> averages_;
  double decay_;
  std::int64_t updates_ = 0;
};

}  // namespace vigil::learn
