// Folds: which clips are trained on and which are measured, k times over, so that each clip is measured once.
//
//   auto folds = make_folds(dataset.all, {.count = 5, .seed = 1});
//   ClipSet train = dataset.all.subset((*folds)[0].train);
//
// Grouped folds keep all clips of a group on one side; that is the honest figure. Random folds are there only to print
// beside it what others publish. Both keep the balance of classes and depend on nothing but the clips' order and the seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/result.h"
#include "learn/clip_set.h"

namespace vigil::learn {

struct FoldOptions {
  int count = 5;               // 2 … number of groups (or clips)
  std::uint64_t seed = 1;      // which of the many divisions
  bool ignore_groups = false;  // random folds: clips of one source end up on both sides
};

// Indices into the ClipSet, rising.
struct Fold {
  std::vector<std::size_t> train;
  std::vector<std::size_t> test;
};

// Stratified grouped k-fold, greedy: groups from the most to the least unbalanced go to the fold that they leave best
// balanced (the method of scikit-learn's StratifiedGroupKFold). Errors: kInvalidArgument (count; fewer groups than folds).
core::Result<std::vector<Fold>> make_folds(const ClipSet& clips, const FoldOptions& options);

}  // namespace vigil::learn
