// RunHistory: what a training run has shown so far; the one source of log.csv, the report, early stopping and the choice of
// the best epoch. Part of every checkpoint.
//
//   history.epochs.push_back(record);
//   core::write_file_atomically(out / "log.csv", to_csv(history));
//
// Plain values; free of torch. JSON keeps every bit of the figures.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "learn/metrics.h"
#include "learn/pace.h"

namespace vigil::learn {

struct EpochRecord {
  int epoch = 0;           // counted from 0
  double lr = 0;           // during the epoch
  std::int64_t steps = 0;  // optimizer steps since the start of the run
  double train_loss = 0;   // mean over the epoch's rows of the loss that is minimised, as the weights were at each step
  std::optional<Scores> train = {};       // of the same outputs: dropout on, augmentation on; absent: no classifier
  std::optional<double> val_loss = {};    // plain binary cross-entropy
  std::optional<Scores> validation = {};  // evaluation mode, averaged weights where the recipe averages
  Pace pace;                              // of the training part
  double seconds = 0;                     // of the whole epoch, validation included; waiting between two runs is not
};

// How the network did on a set it was shown once: the best epoch's validation, and the test.
struct Showing {
  double loss = 0;
  std::optional<Scores> scores = {};  // absent: no classifier
  std::vector<RocPoint> roc;
};

struct RunHistory {
  std::vector<EpochRecord> epochs;
  int best_epoch = -1;        // -1: none yet
  double best_value = 0;      // of the monitored figure
  double stop_reference = 0;  // the value that the next one must better by min_delta
  int epochs_without_better = 0;
  std::optional<Showing> best = {};  // validation at the best epoch
  std::optional<Showing> test = {};
};

// A header and a row per epoch; absent values are empty fields.
std::string to_csv(const RunHistory& history);

std::string to_json(const RunHistory& history);

// Errors: kUnreadable, naming what is wrong.
core::Result<RunHistory> history_from_json(std::string_view json);

}  // namespace vigil::learn
