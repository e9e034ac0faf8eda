// How cross-validation is shown: a line per run as it ends, then the figures over all of them; or one JSON document.
#pragma once

#include <string>

#include "learn/cross_validation.h"

namespace vigil::cli {

// "seed 1 fold 2: 49 clips, accuracy 0.673, AUC 0.741, 15 epochs"
std::string fold_line(const learn::FoldFigures& figures);

// Mean and spread over folds and seeds, and out of fold for each seed; names random splits as such.
std::string cross_validation_text(const learn::CrossValidation& figures);
std::string cross_validation_json(const learn::CrossValidation& figures, const std::string& recipe);

}  // namespace vigil::cli
