// TrainingLogs: every file that a training run writes for people: recipe.toml, log.csv, the TensorBoard events, report.html.
//
//   auto logs = TrainingLogs::open({.out = out, .recipe = recipe, …}, nullptr);
//   logs->step(…); logs->epoch(history); logs->report(history, RunState::kRunning);
//
// One thread. Private to the room's trainer.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "core/result.h"
#include "learn/event_log.h"
#include "learn/history.h"
#include "learn/recipe.h"
#include "learn/run_report.h"

namespace vigil::learn {

struct RunFacts {
  std::filesystem::path out;
  Recipe recipe;
  std::string device;
  std::int64_t parameters = 0;
  std::int64_t train_samples = 0;
  std::int64_t validation_samples = 0;
};

class TrainingLogs {
 public:
  // Writes recipe.toml; begins a new event file, or goes on behind `resume_at`. Errors: kIo.
  static core::Result<TrainingLogs> open(RunFacts facts, const EventLog::Position* resume_at);

  // One optimizer step. `loss` is the mean over its clips.
  void step(std::int64_t step, double loss, double lr);

  // The newest epoch of the history: the CSV row, the scalars and, of a classifier, the confusion matrix. Errors: kIo,
  // kInternal.
  core::Status epoch(const RunHistory& history);

  // Errors: kIo.
  core::Status report(const RunHistory& history, RunState state) const;
  core::Result<EventLog::Position> flush();

 private:
  core::Status draw(const EpochRecord& record, const Scores& scores);

  TrainingLogs(RunFacts facts, std::unique_ptr<EventLog> events);

  RunFacts facts_;
  std::unique_ptr<EventLog> events_;
};

}  // namespace vigil::learn
