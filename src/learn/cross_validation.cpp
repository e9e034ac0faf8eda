#include "learn/cross_validation.h"

#include <algorithm>
#include <format>
#include <iterator>
#include <tuple>

#include "core/atomic_file.h"
#include "learn/clip_division.h"
#include "learn/clip_training.h"

namespace vigil::learn {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;

Result<ScoredFold> run_fold(const Recipe& recipe, const ClipDataset& dataset, const CrossValidationOptions& options,
                            const FoldChoice& choice) {
  const auto divided = divide_clips(dataset, recipe, choice);
  if (!divided) return std::unexpected(divided.error());
  ScoredFold run{
      .seed = recipe.trainer.seed, .fold = choice.index + 1, .train_clips = divided->train.size(), .epochs = 0, .clips = {}};
  // The fold's own clips stay out of the training altogether; they are scored once, below.
  const DividedClips shown = {.train = divided->train, .validation = divided->validation, .test = {}};
  const std::filesystem::path out = fold_folder(options.out, run.seed, run.fold);
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
  run.epochs = trained->epochs;
  auto scored = score_clips(trained->weights, divided->test,
                            {.device = options.device,
                             .threads = options.threads,
                             .workers = recipe.data.workers,
                             .files = options.files,
                             .skip_broken = recipe.data.skip_broken,
                             .stop = options.stop});
  if (!scored) return std::unexpected(scored.error());
  if (auto written = core::write_file_atomically(out / "scores.csv", scores_csv(scored->clips)); !written)
    return std::unexpected(written.error());
  run.clips = std::move(scored->clips);
  return run;
}

Result<Scores> scores_of(const std::vector<ClipScore>& clips, double threshold) {
  ScoredClips all;
  all.clips = clips;
  return measure(all.probabilities(), all.labels(), threshold);
}

Result<FoldFigures> figures_of(const ScoredFold& fold, double threshold) {
  auto scores = scores_of(fold.clips, threshold);
  if (!scores) return std::unexpected(scores.error());
  return FoldFigures{.seed = fold.seed,
                     .fold = fold.fold,
                     .train_clips = fold.train_clips,
                     .test_clips = fold.clips.size(),
                     .epochs = fold.epochs,
                     .scores = *std::move(scores)};
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

std::filesystem::path fold_folder(const std::filesystem::path& out, std::int64_t seed, int fold) {
  return out / std::format("seed-{}", seed) / std::format("fold-{}", fold);
}

Result<CrossValidation> figures_of(const std::vector<ScoredFold>& folds, double threshold, bool random_split) {
  CrossValidation out;
  out.random_split = random_split;
  for (const ScoredFold& fold : folds) {
    auto figures = figures_of(fold, threshold);
    if (!figures) return std::unexpected(figures.error());
    out.folds.push_back(*std::move(figures));
    if (out.seeds.empty() || out.seeds.back().seed != fold.seed) {
      out.seeds.push_back({.seed = fold.seed, .scores = {}, .clips = {}});
    }
    std::ranges::copy(fold.clips, std::back_inserter(out.seeds.back().clips));
  }
  for (SeedFigures& seed : out.seeds) {
    std::ranges::sort(seed.clips, {}, [](const ClipScore& score) { return score.clip.name; });
    auto scores = scores_of(seed.clips, threshold);
    if (!scores) return std::unexpected(scores.error());
    seed.scores = *std::move(scores);
  }
  std::tie(out.accuracy, out.auc) = spreads(out.folds);
  std::tie(out.seed_accuracy, out.seed_auc) = spreads(out.seeds);
  return out;
}

Result<CrossValidation> cross_validate(const Recipe& recipe, const ClipDataset& dataset,
                                       const CrossValidationOptions& options) {
  if (options.seeds.empty()) return fail(ErrorCode::kInvalidArgument, "cross-validation needs at least one seed");
  std::vector<ScoredFold> runs;
  for (const std::int64_t seed : options.seeds) {
    Recipe seeded = recipe;
    seeded.trainer.seed = seed;
    for (int fold = 0; fold < options.folds; ++fold) {
      auto run = run_fold(seeded, dataset, options,
                          {.index = fold,
                           .count = options.folds,
                           .seed = static_cast<std::uint64_t>(seed),
                           .random_split = options.random_split});
      const std::string where = std::format("seed {}, fold {}", seed, fold + 1);
      if (!run) return std::unexpected(run.error().with_context(where));
      auto figures = figures_of(*run, recipe.trainer.threshold);
      if (!figures) return std::unexpected(figures.error().with_context(where));
      if (options.fold_done) options.fold_done(*figures);
      runs.push_back(*std::move(run));
    }
  }
  return figures_of(runs, recipe.trainer.threshold, options.random_split);
}

}  // namespace vigil::learn
