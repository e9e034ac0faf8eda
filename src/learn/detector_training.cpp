#include "learn/detector_training.h"

#include <format>

#include <torch/torch.h>

#include "learn/detection_loss.h"
#include "learn/picture_source.h"
#include "learn/trainer.h"
#include "nn/conv_block.h"
#include "nn/device.h"
#include "nn/weights.h"
#include "vision/detector_model.h"

namespace vigil::learn {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;
using core::Status;
using torch::Tensor;

constexpr int kClasses = 1;

// Of a tensor with rows for `classes` classes and then others: the first class's and the others.
Tensor first_class(const Tensor& tensor, std::int64_t classes) {
  return torch::cat({tensor.narrow(0, 0, 1), tensor.narrow(0, classes, tensor.size(0) - classes)});
}

// Weights of a network with more classes, as one class wants them.
Status start_from(const std::filesystem::path& path, nets::DetectionNet& net) {
  auto model = vision::load_detector_model(path);
  if (!model) return std::unexpected(model.error());
  if (model->net->variant() != net.variant()) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("{}: weights of {}, the recipe trains {}", path.string(), model->net->variant(), net.variant()));
  }
  nn::TensorMap tensors = nn::copy_weights(*model->net);
  const std::int64_t classes = model->net->classes();
  for (const auto& [name, wanted] : nn::copy_weights(net)) {
    Tensor& given = tensors.at(name);
    if (wanted.dim() > 0 && given.size(0) - wanted.size(0) == classes - kClasses) given = first_class(given, classes);
  }
  if (auto loaded = nn::load_weights(tensors, net); !loaded)
    return std::unexpected(loaded.error().with_context(path.string()));
  return {};
}

void freeze_first(nets::DetectionNet& net, int convolutions) {
  for (const auto& module : net.modules()) {
    if (convolutions == 0) return;
    if (!module->as<nn::ConvBlockImpl>() && !module->as<nn::ConvLayerImpl>()) continue;
    for (Tensor& parameter : module->parameters()) parameter.set_requires_grad(false);
    --convolutions;
  }
}

void fix_normalisation(nets::DetectionNet& net) {
  for (const auto& module : net.modules()) {
    if (auto* norm = module->as<torch::nn::BatchNorm2dImpl>()) norm->eval();
  }
}

Trainee detector_trainee(const std::shared_ptr<nets::DetectionNet>& net, const Recipe& recipe) {
  const int plain_from = recipe.trainer.max_epochs - recipe.detection.plain_epochs;
  const bool fixed_norm = recipe.net.fixed_norm;
  return {.module = net, .loss = [=](const Tensor& inputs, const Tensor& labels, int epoch) {
            if (fixed_norm) fix_normalisation(*net);
            const DenseBoxes said =
                dense_boxes(net->grids(inputs.contiguous(torch::MemoryFormat::ChannelsLast)), net->box_code());
            return detection_loss(said, labels, {.l1 = epoch >= plain_from}) * inputs.size(0);
          }};
}

PictureSourceOptions source_options(const Recipe& recipe) {
  const DetectionRecipe& detection = recipe.detection;
  return {.side_px = detection.train_px > 0 ? detection.train_px : detection.input_px,
          .longer_min_px = detection.scale_min * detection.input_px,
          .longer_max_px = detection.scale_max * detection.input_px,
          .mosaic_probability = detection.mosaic_probability,
          .augment = true,
          .plain_from_epoch = recipe.trainer.max_epochs - detection.plain_epochs,
          .seed = static_cast<std::uint64_t>(recipe.trainer.seed),
          .batch_size = recipe.trainer.batch_size,
          .workers = recipe.data.workers,
          .prefetch_batches = recipe.data.prefetch_batches};
}

}  // namespace

bool trains_detector(const Recipe& recipe) { return nets::make_detection_net(recipe.net.name, kClasses).has_value(); }

Result<DetectorTrainingOutcome> train_detector(const Recipe& recipe, std::vector<CocoPicture> pictures,
                                               const DetectorTrainingOptions& options) {
  const auto device = nn::choose_device(options.device);
  if (!device) return std::unexpected(device.error());
  nn::set_threads(options.threads);
  torch::manual_seed(static_cast<std::uint64_t>(recipe.trainer.seed));
  auto net = nets::make_detection_net(recipe.net.name, kClasses);
  if (!net) return std::unexpected(net.error().with_context("net.name"));
  if (!options.weights.empty()) {
    if (auto loaded = start_from(options.weights, **net); !loaded) return std::unexpected(loaded.error());
  }
  freeze_first(**net, recipe.net.frozen_convolutions);
  auto source = PictureSource::create(std::move(pictures), source_options(recipe));
  if (!source) return std::unexpected(source.error());

  DetectorTrainingOutcome outcome;
  outcome.weights = options.out / "weights.safetensors";
  TrainerOptions trainer_options;
  trainer_options.out = options.out;
  trainer_options.device = *device;
  trainer_options.resume = options.resume;
  trainer_options.overwrite = options.overwrite;
  trainer_options.stop = options.stop;
  trainer_options.progress = options.progress;
  trainer_options.save_weights = [&](int) {
    return vision::save_detector(outcome.weights, **net,
                                 {.name = recipe.name,
                                  .net = (*net)->variant(),
                                  .classes = kClasses,
                                  .input_width_px = recipe.detection.input_px,
                                  .input_height_px = recipe.detection.input_px});
  };
  Trainer trainer(detector_trainee(*net, recipe), recipe, std::move(trainer_options));
  auto fitted = trainer.fit({.train = **source});
  if (!fitted) return std::unexpected(fitted.error());
  outcome.epochs = fitted->epochs;
  outcome.best_epoch = fitted->best_epoch;
  outcome.loss = fitted->best_loss;
  return outcome;
}

}  // namespace vigil::learn
