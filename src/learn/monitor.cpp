#include "learn/monitor.h"

#include <format>
#include <optional>
#include <utility>

namespace vigil::learn {
namespace {

std::optional<double> monitored(Monitor monitor, const EpochRecord& record) {
  const std::optional<Scores>& scores = record.validation ? record.validation : record.train;
  switch (monitor) {
    case Monitor::kValLoss: return record.val_loss.value_or(record.train_loss);
    case Monitor::kValAuc: return scores ? scores->auc : std::nullopt;
    case Monitor::kValAccuracy: return scores ? std::optional(scores->accuracy) : std::nullopt;
    case Monitor::kValF1: return scores ? scores->f1 : std::nullopt;
    case Monitor::kLast: return record.epoch;
  }
  std::unreachable();
}

}  // namespace

core::Result<bool> note_epoch(const TrainerRecipe& recipe, RunHistory& history) {
  const EpochRecord& record = history.epochs.back();
  const auto value = monitored(recipe.monitor, record);
  if (!value) {
    return core::fail(core::ErrorCode::kInvalidArgument,
                      std::format("trainer.monitor = \"{}\": has no meaning on this validation set, which lacks one of the "
                                  "classes; give it both, or monitor \"val_loss\"",
                                  to_string(recipe.monitor)));
  }
  const double sign = recipe.monitor == Monitor::kValLoss ? -1 : 1;
  const bool first = history.best_epoch < 0;
  const bool best = first || sign * *value > sign * history.best_value;
  if (best) {
    history.best_epoch = record.epoch;
    history.best_value = *value;
  }
  if (first || sign * (*value - history.stop_reference) > recipe.early_stop_min_delta) {
    history.stop_reference = *value;
    history.epochs_without_better = 0;
  } else {
    history.epochs_without_better += 1;
  }
  return best;
}

bool should_stop(const TrainerRecipe& recipe, const RunHistory& history) {
  return recipe.early_stop_patience > 0 && history.epochs_without_better >= recipe.early_stop_patience &&
         std::cmp_greater_equal(history.epochs.size(), recipe.min_epochs);
}

}  // namespace vigil::learn
