#include "learn/embedder_training.h"

#include <format>

#include <torch/torch.h>

#include "learn/looks_loss.h"
#include "learn/tracklet_source.h"
#include "learn/trainer.h"
#include "nn/device.h"
#include "vision/embedder_model.h"

namespace vigil::learn {
namespace {

using core::Result;
using torch::Tensor;

constexpr const char* kNet = "osnet-x0.25";

// Which of the tracklets cannot show one person: [N, N] bool.
Tensor different_people(const std::vector<Tracklet>& tracklets) {
  const auto count = static_cast<std::int64_t>(tracklets.size());
  Tensor different = torch::zeros({count, count}, torch::kBool);
  auto access = different.accessor<bool, 2>();
  for (std::int64_t i = 0; i < count; ++i) {
    for (std::int64_t k = 0; k < count; ++k) {
      access[i][k] = surely_different(tracklets[static_cast<std::size_t>(i)], tracklets[static_cast<std::size_t>(k)]);
    }
  }
  return different;
}

Trainee embedder_trainee(const nets::Osnet& net, const Tensor& different, const Recipe& recipe) {
  return {.module = net.ptr(), .loss = [=](const Tensor& inputs, const Tensor& labels, int) {
            const Tensor people = labels.to(torch::kCPU, torch::kInt64);
            const Tensor pairs = different.index_select(0, people).index_select(1, people).to(inputs.device());
            const Tensor looks = net.ptr()->forward(inputs.contiguous(torch::MemoryFormat::ChannelsLast));
            return looks_loss(looks, people.to(inputs.device()), pairs, {.temperature = recipe.looks.temperature}) *
                   inputs.size(0);
          }};
}

TrackletSourceOptions source_options(const Recipe& recipe) {
  return {.width_px = recipe.looks.input_width_px,
          .height_px = recipe.looks.input_height_px,
          .people = recipe.trainer.batch_size / recipe.looks.pictures,
          .pictures = recipe.looks.pictures,
          .augment = true,
          .seed = static_cast<std::uint64_t>(recipe.trainer.seed),
          .workers = recipe.data.workers,
          .prefetch_batches = recipe.data.prefetch_batches};
}

}  // namespace

bool trains_embedder(const Recipe& recipe) { return recipe.net.name == kNet; }

Result<EmbedderTrainingOutcome> train_embedder(const Recipe& recipe, std::vector<Tracklet> tracklets,
                                               const EmbedderTrainingOptions& options) {
  const auto device = nn::choose_device(options.device);
  if (!device) return std::unexpected(device.error());
  nn::set_threads(options.threads);
  torch::manual_seed(static_cast<std::uint64_t>(recipe.trainer.seed));
  const auto held_out = held_out_scenes(tracklets, recipe.looks.held_out_every);
  std::erase_if(tracklets, [&](const Tracklet& tracklet) { return held_out.contains(tracklet.scene); });
  const nets::Osnet net(nets::OsnetOptions{.embedding = recipe.looks.embedding});
  const Tensor different = different_people(tracklets);

  EmbedderTrainingOutcome outcome;
  outcome.weights = options.out / "weights.safetensors";
  outcome.people = static_cast<std::int64_t>(tracklets.size());
  auto source = TrackletSource::create(std::move(tracklets), source_options(recipe));
  if (!source) return std::unexpected(source.error());
  TrainerOptions trainer_options;
  trainer_options.out = options.out;
  trainer_options.device = *device;
  trainer_options.resume = options.resume;
  trainer_options.overwrite = options.overwrite;
  trainer_options.stop = options.stop;
  trainer_options.progress = options.progress;
  trainer_options.save_weights = [&](int) {
    return vision::save_embedder(outcome.weights, *net,
                                 {.name = recipe.name,
                                  .input_width_px = recipe.looks.input_width_px,
                                  .input_height_px = recipe.looks.input_height_px});
  };
  Trainer trainer(embedder_trainee(net, different, recipe), recipe, std::move(trainer_options));
  auto fitted = trainer.fit({.train = **source});
  if (!fitted) return std::unexpected(fitted.error());
  outcome.epochs = fitted->epochs;
  outcome.loss = fitted->best_loss;
  return outcome;
}

}  // namespace vigil::learn
