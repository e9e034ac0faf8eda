#include "learn/clip_training.h"

#include <format>

#include <torch/torch.h>

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
  auto sources = make_training_sources(**net, recipe, clips,
                                       {.files = options.files, .stop = options.stop, .progress = options.progress});
  if (!sources) return std::unexpected(sources.error());

  ClipTrainingOutcome outcome;
  outcome.weights = options.out / "weights.safetensors";
  TrainerOptions trainer_options;
  trainer_options.out = options.out;
  trainer_options.device = *device;
  trainer_options.resume = options.resume;
  trainer_options.overwrite = options.overwrite;
  trainer_options.stop = options.stop;
  trainer_options.progress = options.progress;
  const bool people_region = recipe.data.feature_region == FeatureRegion::kPeople;
  trainer_options.save_weights = [&](int epoch) -> Status {
    return vision::save_clip_model(outcome.weights, **net, describe(recipe),
                                   {{"recipe", to_toml(recipe)},
                                    {"epoch", std::format("{}", epoch)},
                                    {"eval_windows", std::format("{}", recipe.data.eval_windows)},
                                    {"feature_region", people_region ? "people" : "picture"},
                                    {"trunk", recipe.net.trunk}});
  };
  Trainer trainer(trainee(*net), recipe, std::move(trainer_options));
  auto fitted =
      trainer.fit({.train = *sources->train, .validation = sources->validation.get(), .test = sources->test.get()});
  if (!fitted) return std::unexpected(fitted.error());
  outcome.epochs = fitted->epochs;
  outcome.best_epoch = fitted->best_epoch;
  outcome.best = *fitted->best;
  outcome.test = fitted->test;
  outcome.skipped_clips = sources->skipped_clips();
  return outcome;
}

}  // namespace vigil::learn
