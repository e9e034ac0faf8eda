#include "learn/clip_division.h"

#include <algorithm>
#include <cmath>
#include <format>

#include "learn/folds.h"

namespace vigil::learn {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;

Result<DividedClips> take_fold(const ClipSet& clips, const FoldChoice& choice) {
  const auto folds = make_folds(clips, {.count = choice.count, .seed = choice.seed, .ignore_groups = choice.random_split});
  if (!folds) return std::unexpected(folds.error());
  if (choice.index < 0 || choice.index >= choice.count) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("fold {} of {}: must be 0 to {}", choice.index, choice.count, choice.count - 1));
  }
  const Fold& fold = (*folds)[static_cast<std::size_t>(choice.index)];
  return DividedClips{.train = clips.subset(fold.train), .validation = {}, .test = clips.subset(fold.test)};
}

// Moves about `fraction` of the training clips to validation. Too few groups for that: none are moved.
core::Status take_validation(DividedClips& clips, double fraction, const FoldChoice& like) {
  if (fraction <= 0 || !clips.validation.empty()) return {};
  const int parts = static_cast<int>(std::lround(1 / fraction));
  const auto folds = make_folds(clips.train, {.count = parts, .seed = like.seed, .ignore_groups = like.random_split});
  if (!folds) return std::unexpected(folds.error().with_context(std::format("data.validation_fraction = {}", fraction)));
  const Fold& fold = folds->front();
  clips.validation = clips.train.subset(fold.test);
  clips.train = clips.train.subset(fold.train);
  return {};
}

}  // namespace

Result<DividedClips> divide_clips(const ClipDataset& dataset, const Recipe& recipe, const std::optional<FoldChoice>& fold) {
  DividedClips clips;
  if (fold) {
    auto taken = take_fold(dataset.all, *fold);
    if (!taken) return std::unexpected(taken.error());
    clips = *std::move(taken);
  } else if (dataset.split) {
    clips = {.train = dataset.split->train, .validation = dataset.split->validation, .test = dataset.split->test};
  } else {
    clips.train = dataset.all;
  }
  if (clips.train.empty()) {
    return fail(ErrorCode::kInvalidArgument, std::format("{}: its Train folder holds no clips", dataset.root.string()));
  }
  const FoldChoice like = fold.value_or(FoldChoice{.seed = static_cast<std::uint64_t>(recipe.trainer.seed)});
  if (auto taken = take_validation(clips, recipe.data.validation_fraction, like); !taken)
    return std::unexpected(taken.error());
  return clips;
}

}  // namespace vigil::learn
