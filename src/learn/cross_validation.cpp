#include "learn/cross_validation.h"

#include <algorithm>
#include <format>

#include "core/atomic_file.h"
#include "learn/clip_division.h"
#include "learn/clip_training.h"

namespace vigil::learn {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;

struct FoldRun {
  FoldFigures figures;
  std::vector<ClipScore> clips;
};

Result<FoldRun> run_fold(const Recipe& recipe, const ClipDataset& dataset, const CrossValidationOptions& options,
                         const FoldChoice& choice) {
  const auto divided = divide_clips(dataset, recipe, choice);
  if (!divided) return std::unexpected(divided.error());
  FoldRun run;
  run.figures = {.seed = recipe.trainer.seed,
                 .fold = choice.index + 1,
                 .train_clips = divided->train.size(),
                 .test_clips = divided->test.size(),
                 .epochs = 0,
                 .scores = {}};
  // The fold's own clips stay out of the training altogether; they are scored once, below.
  const DividedClips shown = {.train = divided->train, .validation = divided->validation, .test = {}};
  const std::filesystem::path out =
      options.out / std::format("seed-{}", recipe.trainer.seed) / std::format("fold-{}", choice.index + 1);
  const auto trained = train_clips(recipe, shown,
                                   {.out = out,
                                    .device = options.device,
                                    .threads = options.threads,
                                    .files = options.files,
                                    .resume = options.resume,
                                    .overwrite = options.overwrite,
                                    .stop = options.stop,
                                    .progress = options.progress});
  if (!trained) return std::unexpected(trained.error());
  run.figures.epochs = trained->epochs;
  auto scored = score_clips(trained->weights, divided->test,
                            {.device = options.device,
                             .threads = options.threads,
                             .workers = recipe.data.workers,
                             .files = options.files,
                             .skip_broken = recipe.data.skip_broken,
                             .stop = options.stop});
  if (!scored) return std::unexpected(scored.error());
  auto scores = measure(scored->probabilities(), scored->labels(), recipe.trainer.threshold);
  if (!scores) return std::unexpected(scores.error());
  if (auto written = core::write_file_atomically(out / "scores.csv", scores_csv(scored->clips)); !written)
    return std::unexpected(written.error());
  run.figures.scores = *std::move(scores);
  run.clips = std::move(scored->clips);
  return run;
}

Result<SeedFigures> pool(std::int64_t seed, std::vector<ClipScore> clips, double threshold) {
  std::ranges::sort(clips, {}, [](const ClipScore& score) { return score.clip.name; });
  ScoredClips all;
  all.clips = std::move(clips);
  auto scores = measure(all.probabilities(), all.labels(), threshold);
  if (!scores) return std::unexpected(scores.error());
  return SeedFigures{.seed = seed, .scores = *std::move(scores), .clips = std::move(all.clips)};
}

// Of the accuracies and, where both classes are there, the areas under the curve.
template <typename Figures>
std::pair<std::optional<Spread>, std::optional<Spread>> spreads(const std::vector<Figures>& figures) {
  std::vector<double> accuracies;
  std::vector<double> areas;
  for (const Figures& figure : figures) {
    accuracies.push_back(figure.scores.accuracy);
    if (figure.scores.auc) areas.push_back(*figure.scores.auc);
  }
  return {spread(accuracies), spread(areas)};
}

}  // namespace

Result<CrossValidation> cross_validate(const Recipe& recipe, const ClipDataset& dataset,
                                       const CrossValidationOptions& options) {
  if (options.seeds.empty()) return fail(ErrorCode::kInvalidArgument, "cross-validation needs at least one seed");
  CrossValidation out;
  out.random_split = options.random_split;
  for (const std::int64_t seed : options.seeds) {
    Recipe seeded = recipe;
    seeded.trainer.seed = seed;
    std::vector<ClipScore> clips;
    for (int fold = 0; fold < options.folds; ++fold) {
      auto run = run_fold(seeded, dataset, options,
                          {.index = fold,
                           .count = options.folds,
                           .seed = static_cast<std::uint64_t>(seed),
                           .random_split = options.random_split});
      if (!run) return std::unexpected(run.error().with_context(std::format("seed {}, fold {}", seed, fold + 1)));
      std::ranges::move(run->clips, std::back_inserter(clips));
      if (options.fold_done) options.fold_done(run->figures);
      out.folds.push_back(std::move(run->figures));
    }
    auto pooled = pool(seed, std::move(clips), recipe.trainer.threshold);
    if (!pooled) return std::unexpected(pooled.error());
    out.seeds.push_back(*std::move(pooled));
  }
  std::tie(out.accuracy, out.auc) = spreads(out.folds);
  std::tie(out.seed_accuracy, out.seed_auc) = spreads(out.seeds);
  return out;
}

}  // namespace vigil::learn
