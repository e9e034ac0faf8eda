// Trainer: takes a network, batches and a recipe; gives trained weights, logs and a report. The one training loop.
//
//   Trainer trainer(trainee(net), recipe, {.out = "runs/seed", .stop = stop_token});
//   auto outcome = trainer.fit({.train = train, .validation = validation});
//   // the network now holds the weights of the best epoch
//
// Each epoch: every training batch once, an optimizer step every `accumulate_batches` of them (and after the last), then the
// validation source, then the logs, then the checkpoint. Scores are taken over the whole epoch.
//
// The folder `out` holds, each file complete or absent at every moment:
//   last.ckpt          everything needed to go on exactly (learn/checkpoint.h); best.ckpt the same at the best epoch
//   log.csv            a row per epoch (learn/history.h); history.json the same with confusion matrices and ROC curves
//   events.out.tfevents.*   for TensorBoard (learn/event_log.h)
//   report.html        curves, confusion matrix, ROC, settings (learn/run_report.h); rewritten after each epoch and at the
//   end recipe.toml        the recipe with every default written out
//
// Exact resume: with `resume`, fit() goes on from last.ckpt. On a CPU with the same number of threads the result equals that
// of an uninterrupted run bit for bit: network, optimizer, learning rate, gradient scaler, averaged weights, torch's random
// state, the position inside the epoch and the half-summed gradient are all kept. Rows logged after the checkpoint by the
// run that was cut off are dropped.
//
// Threads: fit() blocks and belongs to one thread; the stop token may be triggered from any, also from a signal handler's
// thread. A stop is noticed between batches: the state is saved, the report written, and kCancelled returned.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "core/progress.h"
#include "core/result.h"
#include "learn/batch_source.h"
#include "learn/metrics.h"
#include "learn/predict.h"
#include "learn/recipe.h"

namespace vigil::learn {

// The sources must outlive fit(). Without validation, the training figures take the place of the monitored ones. Only
// classifiers are validated and tested: with Trainee::loss set, `validation` and `test` must be empty.
struct TrainingData {
  BatchSource& train;
  BatchSource* validation = nullptr;
  BatchSource* test = nullptr;  // shown once, after training, to the best weights
};

struct TrainerOptions {
  std::filesystem::path out = {};  // made when missing
  torch::Device device = torch::kCPU;
  bool resume = false;     // go on from out/last.ckpt where there is one; else start afresh
  bool overwrite = false;  // start afresh although `out` holds a run, whose checkpoints and event files are removed
  std::int64_t checkpoint_batches = 0;  // also save every so many batches; 0: no
  double checkpoint_minutes = 5;        // also save when the last save is so long ago; 0: no. Costs one write of the weights
  std::string device_name = {};         // for the report's table, e.g. "cuda:0 NVIDIA …"; empty: the device's name
  std::stop_token stop = {};
  core::ProgressSink progress = {};  // in batches over all epochs
  // Called at each new best epoch while the network holds the weights to keep (the averaged ones where the recipe averages);
  // the place to write the weights file. An error ends the training.
  std::function<core::Status(int epoch)> save_weights = {};
};

struct TrainingOutcome {
  int epochs = 0;                   // done in all, the resumed ones included
  std::int64_t steps = 0;           // optimizer steps in all
  int best_epoch = 0;               // counted from 0
  double best_value = 0;            // of the monitored figure
  bool stopped_early = false;       // by early_stop_patience
  double best_loss = 0;             // validation loss at the best epoch
  std::optional<Scores> best = {};  // validation scores at the best epoch; absent: no classifier
  std::optional<double> test_loss = {};
  std::optional<Scores> test = {};
};

class Trainer {
 public:
  Trainer(Trainee trainee, Recipe recipe, TrainerOptions options);
  ~Trainer();
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  // Errors: what the sources say; kInvalidArgument (`out` holds a run and neither resume nor overwrite is set; another
  // recipe than that of the run that is resumed, naming the key; a monitored score that has no meaning on the validation
  // set); kUnreadable (an empty source; a checkpoint that is damaged or of another network); kIo; kCancelled (stopped;
  // resume goes on); kInternal (the loss is not finite, naming epoch, batch, step and remedies; what torch reports).
  core::Result<TrainingOutcome> fit(const TrainingData& data);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::learn
