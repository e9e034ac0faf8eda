#include "cli/fuse_command.h"

#include <filesystem>
#include <format>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/cross_validation_options.h"
#include "cli/cross_validation_output.h"
#include "cli/house_models.h"
#include "cli/progress_bar.h"
#include "core/log.h"
#include "learn/clip_dataset.h"
#include "learn/scene_fusion_fitting.h"
#include "vision/clip_model.h"

namespace vigil::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct FuseOptions {
  std::string clip, person, data, out, into;
  int folds = 5;
  std::vector<std::int64_t> seeds;
  bool resume = false;
  bool overwrite = false;
  std::string device = "auto";
  int threads = 0;
};

core::Result<learn::Recipe> recipe_of(const std::string& name) {
  const auto path = find_recipe(name);
  if (!path) return std::unexpected(path.error());
  return learn::load_recipe(*path);
}

// Writes the fusion into the metadata of weights for people.
core::Status keep(const vision::SceneFusion& fusion, const fs::path& weights) {
  auto model = vision::load_clip_model(weights);
  if (!model) return std::unexpected(model.error());
  vision::to_metadata(fusion, model->metadata);
  return vision::save_clip_model(weights, *model->net, model->info, model->metadata);
}

json to_json(const vision::SceneFusion& fusion) {
  return {{"clip", fusion.clip},
          {"people", fusion.people},
          {"bias", fusion.bias},
          {"clip_alone", fusion.clip_alone},
          {"bias_alone", fusion.bias_alone}};
}

ExitCode fuse(const FuseOptions& options, CommandContext& context) {
  const auto clip = recipe_of(options.clip);
  if (!clip) return report_error(clip.error());
  const auto person = recipe_of(options.person);
  if (!person) return report_error(person.error());
  const auto dataset = learn::open_dataset(
      options.data, {.positive_class = clip->data.positive_class, .negative_class = clip->data.negative_class});
  if (!dataset) return report_error(dataset.error());
  const auto files = find_feature_files(clip->net.trunk);
  if (!files) return report_error(files.error());
  core::Result<learn::FusionFigures> figures;
  {
    ProgressBar bar({.title = "fuse", .quiet = context.quiet});
    figures = learn::cross_validate_fusion(*clip, *person, *dataset,
                                           cross_validation_options(options, *clip, *files, bar.sink(), context));
  }
  if (!figures) return report_error(figures.error());
  for (std::size_t i = 0; i < figures->both.folds.size(); ++i) {
    const learn::FoldFigures& fold = figures->both.folds[i];
    const fs::path weights =
        learn::fold_folder(fs::path(options.out) / "person", fold.seed, fold.fold) / "weights.safetensors";
    if (auto kept = keep(figures->fold_fusions[i], weights); !kept) return report_error(kept.error());
  }
  if (!options.into.empty()) {
    const auto weights = find_weights(options.into);
    if (!weights) return report_error(weights.error());
    if (auto kept = keep(figures->fusion, *weights); !kept) return report_error(kept.error());
  }
  if (context.json) {
    const json document = {{"clip", json::parse(cross_validation_json(figures->clip, clip->name))},
                           {"person", json::parse(cross_validation_json(figures->people, person->name))},
                           {"fusion", json::parse(cross_validation_json(figures->both, "fusion"))},
                           {"weights", to_json(figures->fusion)}};
    print_line(document.dump(2));
    return ExitCode::kDone;
  }
  print("{} alone\n{}\n", clip->name, cross_validation_text(figures->clip));
  print("{} alone\n{}\n", person->name, cross_validation_text(figures->people));
  print("both, fused\n{}\n", cross_validation_text(figures->both));
  const vision::SceneFusion& f = figures->fusion;
  print("logit = {:.3f} clip {:+.3f} people {:+.3f}; without people {:.3f} clip {:+.3f}", f.clip, f.people, f.bias,
        f.clip_alone, f.bias_alone);
  return ExitCode::kDone;
}

}  // namespace

void register_fuse_command(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<FuseOptions>();
  CLI::App* command = app.add_subcommand(
      "fuse", "Measure a clip model, a person model and both together by cross-validation, and calibrate them into one");
  command->add_option("clip", options->clip, "Recipe of the clip classifier: a name in recipes/ or a TOML file")->required();
  command->add_option("person", options->person, "Recipe of the person model")->required();
  command->add_option("--data", options->data, "Folder with clips.csv, or as `vigil train` takes it")->required();
  command->add_option("--out", options->out, "Where the runs go (runs/fuse)")->default_str("runs/fuse");
  command->add_option("--into", options->into, "Weights of the person model that the calibration is written into");
  command->add_option("--folds", options->folds, "Grouped folds")->check(CLI::Range(2, 1000))->capture_default_str();
  command->add_option("--seeds", options->seeds, "One division and training per seed, e.g. 1,2,3")->delimiter(',');
  auto* resume = command->add_flag("--resume", options->resume, "Go on with the runs in --out");
  command->add_flag("--overwrite", options->overwrite, "Start afresh although --out holds runs")->excludes(resume);
  command->add_option("--device", options->device, "auto, cpu, cuda or cuda:N");
  command->add_option("--threads", options->threads, "Computing threads (0: one per core)")->check(CLI::Range(0, 1024));
  add_json_flag(*command, context);
  set_action(*command, context, [options](CommandContext& ctx) { return fuse(*options, ctx); });
  options->out = "runs/fuse";
}

}  // namespace vigil::cli
