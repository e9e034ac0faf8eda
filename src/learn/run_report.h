// training_report: takes what a run has shown, gives the page `report.html`: curves, confusion matrix, ROC, figures,
// settings.
//
//   write_file_atomically(out / "report.html", training_report({.recipe = recipe, .history = history, …}));
//
// The page is complete in itself (report/report_page.h). Its JSON, which web/report/training.js reads:
//   state, state_text     "running" | "finished" | "stopped_early" | "interrupted", and a sentence
//   monitor, threshold, classes: [negative, positive], best_epoch (counted from 1; null: none)
//   facts:    [{label, value, note}]
//   epochs:   {epoch, lr, train_loss, val_loss, train: {accuracy, f1, auc}, validation: {…}, rate, data_ms, step_ms,
//   seconds}:
//             arrays over the epochs, null where absent
//   showings: [{title, note, loss, scores, roc}]  scores and roc as in learn/metrics.h
//   settings: [{section, rows: [[key, value], …]}]
// Callable from any thread.
#pragma once

#include <cstdint>
#include <string>

#include "learn/history.h"
#include "learn/recipe.h"

namespace vigil::learn {

enum class RunState { kRunning, kFinished, kStoppedEarly, kInterrupted };

struct RunReport {
  const Recipe& recipe;
  const RunHistory& history;
  RunState state = RunState::kRunning;
  std::string device = {};      // "cpu, 2 threads"
  std::int64_t parameters = 0;  // of the network
  std::int64_t train_samples = 0;
  std::int64_t validation_samples = 0;  // 0: there is no validation
};

std::string training_report(const RunReport& run);

}  // namespace vigil::learn
