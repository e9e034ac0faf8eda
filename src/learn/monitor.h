// Which epoch is the best and when to stop: the bookkeeping of the recipe's monitored figure.
//
//   auto better = note_epoch(recipe.trainer, history);   // after history.epochs got its newest record
//   if (should_stop(recipe.trainer, history)) break;
//
// Plain functions of the history, so that a resumed run decides as an uninterrupted one.
#pragma once

#include "core/result.h"
#include "learn/history.h"
#include "learn/recipe.h"

namespace vigil::learn {

// Compares the newest record with the best so far and updates best_epoch, best_value, stop_reference and
// epochs_without_better. True when it is the new best; the first always is, a tie never. Without validation the training
// figures count. Errors: kInvalidArgument (the monitored score is absent, e.g. the AUC of one class, or of what is no
// classifier).
core::Result<bool> note_epoch(const TrainerRecipe& recipe, RunHistory& history);

// True when at least min_epochs are done and the last early_stop_patience of them brought nothing better than
// early_stop_min_delta.
bool should_stop(const TrainerRecipe& recipe, const RunHistory& history);

}  // namespace vigil::learn
