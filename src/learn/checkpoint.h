// A checkpoint: everything that a training run needs to go on exactly where it was, in one file.
//
//   save_checkpoint(out / "last.ckpt", position, {.module = *net, .optimizer = *optimizer, .device = device});
//   auto position = load_checkpoint(out / "last.ckpt", parts);
//
// The file is a safetensors file (nn/safetensors.h), so that a damaged or hostile one cannot do more than fail to load:
//   net.NAME                       parameters and buffers
//   optimizer.I.exp_avg, .exp_avg_sq, .momentum_buffer   of the optimizer's I-th parameter
//   gradient.I                     half-summed gradients, inside an accumulation group
//   average.I                      averaged weights
//   random.cpu, random.device      torch's generators
//   epoch.probabilities, .labels   what the epoch has shown so far
// and its metadata: "vigil_checkpoint" (version), "position" (JSON), "history" (JSON), "recipe" (TOML).
// Written atomically. One thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <torch/nn/module.h>
#include <torch/optim/optimizer.h>

#include "core/result.h"
#include "learn/history.h"
#include "learn/mixed_precision.h"
#include "learn/pace.h"
#include "learn/weight_average.h"

namespace vigil::learn {

// Where a run is, apart from tensors.
struct TrainingPosition {
  std::string recipe;                 // TOML
  int epoch = 0;                      // being trained, counted from 0
  std::int64_t batch = 0;             // batches of the epoch that are done
  std::int64_t steps = 0;             // optimizer steps done
  std::int64_t group_batches = 0;     // batches summed into the gradient since the last step
  std::int64_t group_rows = 0;        // clips in them
  double group_loss = 0;              // their summed loss
  double epoch_loss = 0;              // summed over the epoch's clips so far
  std::vector<double> probabilities;  // of the epoch's clips so far
  std::vector<int> labels;
  Pace pace;  // of the epoch so far
  GradScaler::State scaler;
  std::string event_file;  // name of the event file and its length
  std::int64_t event_bytes = 0;
  RunHistory history;
};

// What belongs to the run and is filled in place by loading.
struct TrainingParts {
  torch::nn::Module& module;
  torch::optim::Optimizer& optimizer;
  WeightAverage* average = nullptr;
  torch::Device device = torch::kCPU;
};

// Errors: kIo.
core::Status save_checkpoint(const std::filesystem::path& path, const TrainingPosition& position,
                             const TrainingParts& parts);

// Errors: kNotFound, kIo, kUnreadable (damaged, of another version, or of another network or optimizer; names what differs).
// On error the parts may be half filled.
core::Result<TrainingPosition> load_checkpoint(const std::filesystem::path& path, const TrainingParts& parts);

// Only the weights, the averaged ones where there are any. Errors as load_checkpoint.
core::Status load_checkpoint_weights(const std::filesystem::path& path, torch::nn::Module& module);

}  // namespace vigil::learn
