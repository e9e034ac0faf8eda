#include "learn/clip_sources.h"

#include <format>
#include <tuple>
#include <utility>

#include "learn/clip_loader.h"
#include "learn/feature_source.h"
#include "nets/violence_clip.h"
#include "nn/safetensors.h"
#include "nn/tfjs_weights.h"
#include "nn/weights.h"

namespace vigil::learn {
namespace {

using core::ErrorCode;
using core::Result;
using core::Status;

constexpr std::string_view kTrunkPrefix = "trunk.";
constexpr int kMeasureBatch = 256;  // rows of features

nets::ViolenceClipNet& with_features(nets::ClipNet& net) { return dynamic_cast<nets::ViolenceClipNet&>(net); }

// Weights are stored in half precision, so features are computed with what a reader of the file will have.
void round_to_half(torch::nn::Module& module) {
  const torch::NoGradGuard no_grad;
  for (torch::Tensor& parameter : module.parameters()) parameter.copy_(parameter.to(torch::kFloat16).to(torch::kFloat32));
}

Status load_trunk(nets::ResnetTrunk trunk, const std::filesystem::path& path) {
  if (path.empty()) {
    return core::fail(ErrorCode::kInvalidArgument,
                      "net.trunk is empty: name a clip model that has a trunk, or a model.json");
  }
  if (path.extension() == ".json") {
    auto tensors = nn::read_tfjs_weights(path);
    if (!tensors) return std::unexpected(tensors.error());
    if (auto loaded = trunk->load_keras(*tensors); !loaded)
      return std::unexpected(loaded.error().with_context(path.string()));
  } else {
    auto file = nn::read_safetensors(path);
    if (!file) return std::unexpected(file.error());
    nn::TensorMap tensors;
    for (auto& [name, tensor] : file->tensors) {
      if (name.starts_with(kTrunkPrefix)) tensors[name.substr(kTrunkPrefix.size())] = tensor;
    }
    if (auto loaded = nn::load_weights(tensors, *trunk); !loaded)
      return std::unexpected(loaded.error().with_context(path.string()));
  }
  round_to_half(*trunk);
  return {};
}

Result<TrainingSources> feature_sources(nets::ViolenceClipNet& net, const Recipe& recipe, const DividedClips& clips,
                                        const TrainingSourceOptions& options) {
  if (auto loaded = load_trunk(net.trunk(), options.files.trunk); !loaded) return std::unexpected(loaded.error());
  TrainingSources sources;
  std::int64_t skipped = 0;
  for (auto& [set, views, into] :
       {std::tuple{&clips.train, recipe.data.feature_views, &sources.train},
        std::tuple{&clips.validation, 0, &sources.validation}, std::tuple{&clips.test, 0, &sources.test}}) {
    if (set->empty()) continue;
    auto table = FeatureTable::compute(*set, net.trunk(),
                                       {.views = views,
                                        .cache = options.files.cache,
                                        .skip_broken = recipe.data.skip_broken,
                                        .stop = options.stop,
                                        .progress = options.progress});
    if (!table) return std::unexpected(table.error());
    skipped += static_cast<std::int64_t>(set->size() - table->clips().size());
    if (table->clips().empty()) return core::fail(ErrorCode::kUnreadable, "none of the clips could be read");
    const bool training = set == &clips.train;
    if (training) net.set_normalisation(table->all_rows());
    *into = std::make_unique<FeatureSource>(
        *std::move(table), FeatureSourceOptions{.batch_size = training ? recipe.trainer.batch_size : kMeasureBatch,
                                                .repeat = training ? recipe.data.feature_repeat : 0,
                                                .seed = static_cast<std::uint64_t>(recipe.trainer.seed)});
  }
  sources.skipped_clips = [skipped] { return skipped; };
  return sources;
}

Result<TrainingSources> clip_sources(const Recipe& recipe, const DividedClips& clips) {
  ClipLoaderOptions test = eval_loader(recipe);
  test.order = ClipOrder::kShuffledOnce;  // a limited number of batches must not be all of one class
  TrainingSources sources;
  std::vector<const ClipLoader*> loaders;
  for (auto& [set, options, into] : {std::tuple{&clips.train, training_loader(recipe), &sources.train},
                                     std::tuple{&clips.validation, validation_loader(recipe), &sources.validation},
                                     std::tuple{&clips.test, test, &sources.test}}) {
    if (set->empty()) continue;
    auto loader = ClipLoader::create(*set, options);
    if (!loader) return std::unexpected(loader.error());
    loaders.push_back(loader->get());
    *into = *std::move(loader);
  }
  sources.skipped_clips = [loaders] {
    std::int64_t rows = 0;
    for (const ClipLoader* loader : loaders) rows += loader->skipped_rows();
    return rows;
  };
  return sources;
}

}  // namespace

Result<TrainingSources> make_training_sources(nets::ClipNet& net, const Recipe& recipe, const DividedClips& clips,
                                              const TrainingSourceOptions& options) {
  if (net.input_kind() == nets::InputKind::kWindowFeatures)
    return feature_sources(with_features(net), recipe, clips, options);
  return clip_sources(recipe, clips);
}

Result<std::unique_ptr<BatchSource>> make_eval_source(nets::ClipNet& net, const ClipSet& clips,
                                                      const EvalSourceOptions& options) {
  if (net.input_kind() == nets::InputKind::kWindowFeatures) {
    auto table = FeatureTable::compute(
        clips, with_features(net).trunk(),
        {.cache = options.cache, .skip_broken = options.skip_broken, .stop = options.stop, .progress = options.progress});
    if (!table) return std::unexpected(table.error());
    if (table->clips().empty()) return core::fail(ErrorCode::kUnreadable, "none of the clips could be read");
    return std::make_unique<FeatureSource>(*std::move(table), FeatureSourceOptions{.batch_size = kMeasureBatch});
  }
  auto loader = ClipLoader::create(clips, {.input = options.input,
                                           .windows = options.windows,
                                           .batch_size = options.batch_size,
                                           .workers = options.workers,
                                           .skip_broken = options.skip_broken});
  if (!loader) return std::unexpected(loader.error());
  return *std::move(loader);
}

}  // namespace vigil::learn
