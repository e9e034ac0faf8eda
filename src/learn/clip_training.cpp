#include "learn/clip_training.h"

#include <format>

#include <torch/torch.h>

#include "learn/clip_loader.h"
#include "learn/trainer.h"
#include "nn/device.h"
#include "vision/clip_model.h"

namespace vigil::learn {
namespace {

using core::Result;
using core::Status;

vision::ClipModelInfo describe(const Recipe& recipe) {
  return {.name = recipe.name,
          .net = recipe.net.name,
          .threshold = recipe.trainer.threshold,
          .positive_class = recipe.data.positive_class,
          .negative_class = recipe.data.negative_class,
          .input = recipe.transform};
}

// The loaders of a run; those without clips are empty.
struct Loaders {
  std::unique_ptr<ClipLoader> train;
  std::unique_ptr<ClipLoader> validation;
  std::unique_ptr<ClipLoader> test;

  std::int64_t skipped() const {
    std::int64_t rows = 0;
    for (const ClipLoader* loader : {train.get(), validation.get(), test.get()}) rows += loader ? loader->skipped_rows() : 0;
    return rows;
  }
};

Result<Loaders> make_loaders(const Recipe& recipe, const DividedClips& clips) {
  ClipLoaderOptions test = eval_loader(recipe);
  test.order = ClipOrder::kShuffledOnce;  // a limited number of batches must not be all of one class
  Loaders loaders;
  for (auto& [set, options, into] : {std::tuple{&clips.train, training_loader(recipe), &loaders.train},
                                     std::tuple{&clips.validation, validation_loader(recipe), &loaders.validation},
                                     std::tuple{&clips.test, test, &loaders.test}}) {
    if (set->empty()) continue;
    auto loader = ClipLoader::create(*set, options);
    if (!loader) return std::unexpected(loader.error());
    *into = *std::move(loader);
  }
  return loaders;
}

}  // namespace

Result<ClipTrainingOutcome> train_clips(const Recipe& recipe, const DividedClips& clips,
                                        const ClipTrainingOptions& options) {
  const auto device = nn::choose_device(options.device);
  if (!device) return std::unexpected(device.error());
  nn::set_threads(options.threads);
  torch::manual_seed(static_cast<std::uint64_t>(recipe.trainer.seed));
  auto net = nets::make_clip_net(recipe.net.name);
  if (!net) return std::unexpected(net.error().with_context("net.name"));
  (*net)->to(*device);
  auto loaders = make_loaders(recipe, clips);
  if (!loaders) return std::unexpected(loaders.error());

  ClipTrainingOutcome outcome;
  outcome.weights = options.out / "weights.safetensors";
  TrainerOptions trainer_options;
  trainer_options.out = options.out;
  trainer_options.device = *device;
  trainer_options.resume = options.resume;
  trainer_options.overwrite = options.overwrite;
  trainer_options.stop = options.stop;
  trainer_options.progress = options.progress;
  trainer_options.save_weights = [&](int epoch) -> Status {
    return vision::save_clip_model(outcome.weights, **net, describe(recipe),
                                   {{"recipe", to_toml(recipe)},
                                    {"epoch", std::format("{}", epoch)},
                                    {"eval_windows", std::format("{}", recipe.data.eval_windows)}});
  };
  Trainer trainer(trainee(*net), recipe, std::move(trainer_options));
  auto fitted =
      trainer.fit({.train = *loaders->train, .validation = loaders->validation.get(), .test = loaders->test.get()});
  if (!fitted) return std::unexpected(fitted.error());
  outcome.epochs = fitted->epochs;
  outcome.best_epoch = fitted->best_epoch;
  outcome.best = fitted->best;
  outcome.test = fitted->test;
  outcome.skipped_clips = loaders->skipped();
  return outcome;
}

}  // namespace vigil::learn
