// What `train --folds`, `eval --cross-validate` and `fuse` tell cross-validation alike.
//
//   auto all = cross_validation_options(options, recipe, *files, bar.sink(), context);
//   all.random_split = options.random_split;
#pragma once

#include <utility>

#include "cli/command_context.h"
#include "cli/cross_validation_output.h"
#include "core/log.h"
#include "learn/cross_validation.h"
#include "learn/recipe.h"

namespace vigil::cli {

// `Options` has folds, seeds (empty: the recipe's own), out, device, threads, resume and overwrite.
template <typename Options>
learn::CrossValidationOptions cross_validation_options(const Options& options, const learn::Recipe& recipe,
                                                       learn::FeatureFiles files, core::ProgressSink progress,
                                                       const CommandContext& context) {
  return {.folds = options.folds,
          .seeds = options.seeds.empty() ? std::vector{recipe.trainer.seed} : options.seeds,
          .random_split = false,
          .out = options.out,
          .device = options.device,
          .threads = options.threads,
          .files = std::move(files),
          .resume = options.resume,
          .overwrite = options.overwrite,
          .stop = context.stop,
          .progress = std::move(progress),
          .fold_done = [](const learn::FoldFigures& fold) { core::log_info("{}", fold_line(fold)); }};
}

}  // namespace vigil::cli
