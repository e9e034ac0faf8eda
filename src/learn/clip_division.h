// Which clips of a data set a run trains on, watches while training, and is measured with.
//
//   auto divided = divide_clips(*dataset, recipe, FoldChoice{.index = 0, .count = 5});
//
// With a fold: that fold is measured, the rest is for training. Without: the data set's own Train, Validation and Test, or
// everything for training. Where no validation clips are named, recipe.data.validation_fraction of the training clips is
// taken for it, whole groups at a time; measured clips never are. Free of torch.
#pragma once

#include <cstdint>
#include <optional>

#include "core/result.h"
#include "learn/clip_dataset.h"
#include "learn/recipe.h"

namespace vigil::learn {

struct FoldChoice {
  int index = 0;  // 0 … count − 1
  int count = 5;
  std::uint64_t seed = 1;  // of the division into folds
  bool random_split =
      false;  // groups are ignored: clips of one source on both sides; only to compare with what others print
};

struct DividedClips {
  ClipSet train;
  ClipSet validation;  // may be empty
  ClipSet test;        // may be empty
};

// Errors: kInvalidArgument (a fold that cannot be; nothing left to train on).
core::Result<DividedClips> divide_clips(const ClipDataset& dataset, const Recipe& recipe,
                                        const std::optional<FoldChoice>& fold);

}  // namespace vigil::learn
