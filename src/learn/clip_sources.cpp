#include "learn/clip_sources.h"

#include <format>
#include <tuple>
#include <utility>
#include <variant>

#include "learn/clip_loader.h"
#include "learn/feature_source.h"
#include "nets/people_net.h"
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

Status load_keras(auto& network, const std::filesystem::path& model_json) {
  auto tensors = nn::read_tfjs_weights(model_json);
  if (!tensors) return std::unexpected(tensors.error());
  auto loaded = network->load_keras(*tensors);
  return loaded ? loaded : std::unexpected(loaded.error().with_context(model_json.string()));
}

Status load_trunk(nets::ResnetTrunk trunk, const std::filesystem::path& path) {
  if (path.empty()) {
    return core::fail(ErrorCode::kInvalidArgument,
                      "net.trunk is empty: name a clip model that has a trunk, or a model.json");
  }
  if (path.extension() == ".json") {
    if (auto loaded = load_keras(trunk, path); !loaded) return loaded;
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

Result<nets::Resnet50> load_resnet50(const std::filesystem::path& path) {
  if (path.extension() != ".json") {
    return core::fail(ErrorCode::kInvalidArgument,
                      std::format("net.trunk is '{}': this network looks at pictures of people through a whole ResNet-50; "
                                  "name resnet50, which vigil models pull brings",
                                  path.string()));
  }
  nets::Resnet50 network;
  if (auto loaded = load_keras(network, path); !loaded) {
    core::Error error = loaded.error();
    error.message += "; vigil models pull resnet50 brings what is missing";
    return std::unexpected(std::move(error));
  }
  return network;
}

bool looks_at_features(const nets::ClipNet& net) { return net.input_kind() != nets::InputKind::kClips; }

// The frozen network that the net's features are computed with.
using Backbone = std::variant<nets::ResnetTrunk, nets::Resnet50>;

// What the net looks at, of these clips.
Result<FeatureTable> table_of(const nets::ClipNet& net, FeatureRegion region, const ClipSet& clips, const Backbone& backbone,
                              const FeatureFiles& files, const FeatureTableOptions& options) {
  const auto* whole = std::get_if<nets::Resnet50>(&backbone);
  const bool people = net.input_kind() == nets::InputKind::kPeople;
  if (!whole && !people && region == FeatureRegion::kPicture) {
    return FeatureTable::compute(clips, std::get<nets::ResnetTrunk>(backbone), options);
  }
  if (!files.people) {
    return core::fail(ErrorCode::kInvalidArgument, "this network looks at people, and nothing here finds them");
  }
  if (whole) return FeatureTable::compute_people_crops(clips, *whole, *files.people, options);
  const auto& trunk = std::get<nets::ResnetTrunk>(backbone);
  return people ? FeatureTable::compute_people(clips, trunk, *files.people, options)
                : FeatureTable::compute_people_regions(clips, trunk, *files.people, options);
}

void set_normalisation(nets::ClipNet& net, const torch::Tensor& rows) {
  if (auto* people = dynamic_cast<nets::PeopleNet*>(&net)) {
    const torch::Tensor all = rows.reshape({-1, rows.size(-1)});
    const torch::Tensor there = (all.select(1, 0) > 0.5).nonzero().squeeze(1);
    if (there.numel() > 1) people->set_normalisation(all.index_select(0, there));
  } else {
    with_features(net).set_normalisation(rows);
  }
}

// The net's own trunk, or what is apart from it.
Result<Backbone> backbone_for(nets::ClipNet& net, const std::filesystem::path& path) {
  if (net.input_kind() == nets::InputKind::kPeopleCrops) return load_resnet50(path);
  nets::ResnetTrunk trunk = nullptr;
  if (auto* own = dynamic_cast<nets::ViolenceClipNet*>(&net)) {
    trunk = own->trunk();
  } else {
    trunk = nets::ResnetTrunk();
  }
  if (auto loaded = load_trunk(trunk, path); !loaded) return std::unexpected(loaded.error());
  return trunk;
}

Result<TrainingSources> feature_sources(nets::ClipNet& net, const Recipe& recipe, const DividedClips& clips,
                                        const TrainingSourceOptions& options) {
  const auto backbone = backbone_for(net, options.files.trunk);
  if (!backbone) return std::unexpected(backbone.error());
  TrainingSources sources;
  std::int64_t skipped = 0;
  for (auto& [set, views, into] :
       {std::tuple{&clips.train, recipe.data.feature_views, &sources.train},
        std::tuple{&clips.validation, 0, &sources.validation}, std::tuple{&clips.test, 0, &sources.test}}) {
    if (set->empty()) continue;
    auto table = table_of(net, recipe.data.feature_region, *set, *backbone, options.files,
                          {.views = views,
                           .cache = options.files.cache,
                           .skip_broken = recipe.data.skip_broken,
                           .stop = options.stop,
                           .progress = options.progress});
    if (!table) return std::unexpected(table.error());
    skipped += static_cast<std::int64_t>(set->size() - table->clips().size());
    if (table->clips().empty()) return core::fail(ErrorCode::kUnreadable, "none of the clips could be read");
    const bool training = set == &clips.train;
    if (training) set_normalisation(net, table->all_rows());
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
  if (looks_at_features(net)) return feature_sources(net, recipe, clips, options);
  return clip_sources(recipe, clips);
}

Result<FeatureTable> make_eval_table(nets::ClipNet& net, const ClipSet& clips, const EvalSourceOptions& options) {
  if (!looks_at_features(net)) {
    return core::fail(ErrorCode::kInvalidArgument, "this network looks at clips, not at features of their windows");
  }
  const bool own_trunk = net.input_kind() == nets::InputKind::kWindowFeatures;
  const auto backbone = own_trunk ? Result<Backbone>(with_features(net).trunk()) : backbone_for(net, options.files.trunk);
  if (!backbone) return std::unexpected(backbone.error());
  auto table = table_of(net, options.region, clips, *backbone, options.files,
                        {.cache = options.files.cache,
                         .skip_broken = options.skip_broken,
                         .stop = options.stop,
                         .progress = options.progress});
  if (table && table->clips().empty()) return core::fail(ErrorCode::kUnreadable, "none of the clips could be read");
  return table;
}

Result<std::unique_ptr<BatchSource>> make_eval_source(nets::ClipNet& net, const ClipSet& clips,
                                                      const EvalSourceOptions& options) {
  if (looks_at_features(net)) {
    auto table = make_eval_table(net, clips, options);
    if (!table) return std::unexpected(table.error());
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
