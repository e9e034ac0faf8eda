#include "cli/train_command.h"

#include <charconv>
#include <format>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/cross_validation_options.h"
#include "cli/cross_validation_output.h"
#include "cli/house_models.h"
#include "cli/progress_bar.h"
#include "core/log.h"
#include "learn/clip_training.h"
#include "learn/cross_validation.h"
#include "learn/detector_training.h"
#include "learn/embedder_training.h"

namespace vigil::cli {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::fail;
using core::Result;
using nlohmann::json;

struct TrainOptions {
  std::string recipe;
  std::vector<std::string> data;
  std::string out;
  std::vector<std::string> overrides;
  std::string fold;
  int folds = 0;
  std::vector<std::int64_t> seeds;
  bool random_split = false;
  bool resume = false;
  bool overwrite = false;
  std::string device = "auto";
  int threads = 0;
};

// "2/5" → the second of five folds.
Result<learn::FoldChoice> parse_fold(const std::string& text) {
  const auto number = [](std::string_view digits) {
    int value = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && end == digits.data() + digits.size() ? value : -1;
  };
  const auto slash = text.find('/');
  const int index = slash == std::string::npos ? -1 : number(std::string_view(text).substr(0, slash));
  const int count = slash == std::string::npos ? -1 : number(std::string_view(text).substr(slash + 1));
  if (count >= 2 && index >= 1 && index <= count) return learn::FoldChoice{.index = index - 1, .count = count};
  return fail(ErrorCode::kInvalidArgument, std::format("--fold {}: reads i/k, from 1/k to k/k, e.g. 2/5", text));
}

ExitCode report_stop(const core::Error& error, const TrainOptions& options) {
  if (error.code == ErrorCode::kCancelled) core::log_info("saved in {}; --resume goes on from there", options.out);
  return report_error(error);
}

// Where every training leaves them.
void print_files(const TrainOptions& options) {
  print("weights: {}", (fs::path(options.out) / "weights.safetensors").string());
  print("report:  {}", (fs::path(options.out) / "report.html").string());
}

json outcome_json(const learn::Recipe& recipe, const learn::ClipTrainingOutcome& outcome) {
  return {{"recipe", recipe.name},
          {"weights", outcome.weights.string()},
          {"epochs", outcome.epochs},
          {"best_epoch", outcome.best_epoch + 1},
          {"best", json::parse(learn::to_json(outcome.best))},
          {"test", outcome.test ? json::parse(learn::to_json(*outcome.test)) : json(nullptr)},
          {"skipped_clips", outcome.skipped_clips}};
}

ExitCode train_once(const learn::Recipe& recipe, const learn::DividedClips& clips, const TrainOptions& options,
                    CommandContext& context) {
  core::log_info("{} clips to train on, {} to validate, {} to test; into {}", clips.train.size(), clips.validation.size(),
                 clips.test.size(), options.out);
  const auto files = find_feature_files(recipe.net.trunk);
  if (!files) return report_error(files.error());
  Result<learn::ClipTrainingOutcome> outcome;
  {
    ProgressBar bar({.title = recipe.name, .quiet = context.quiet});
    outcome = learn::train_clips(recipe, clips,
                                 {.out = options.out,
                                  .device = options.device,
                                  .threads = options.threads,
                                  .files = *files,
                                  .resume = options.resume,
                                  .overwrite = options.overwrite,
                                  .stop = context.stop,
                                  .progress = bar.sink()});
  }
  if (!outcome) return report_stop(outcome.error(), options);
  if (context.json) {
    print_line(outcome_json(recipe, *outcome).dump(2));
    return ExitCode::kDone;
  }
  print("best of {} epochs: epoch {}", outcome->epochs, outcome->best_epoch + 1);
  print_line(learn::to_text(outcome->best, recipe.data.negative_class, recipe.data.positive_class));
  if (outcome->test) {
    print("test clips");
    print_line(learn::to_text(*outcome->test, recipe.data.negative_class, recipe.data.positive_class));
  }
  print_files(options);
  return ExitCode::kDone;
}

ExitCode train_folds(const learn::Recipe& recipe, const learn::ClipDataset& dataset, const TrainOptions& options,
                     CommandContext& context) {
  const auto files = find_feature_files(recipe.net.trunk);
  if (!files) return report_error(files.error());
  Result<learn::CrossValidation> figures;
  {
    ProgressBar bar({.title = recipe.name, .quiet = context.quiet});
    auto all = cross_validation_options(options, recipe, *files, bar.sink(), context);
    all.random_split = options.random_split;
    figures = learn::cross_validate(recipe, dataset, all);
  }
  if (!figures) return report_error(figures.error());
  print_line(context.json ? cross_validation_json(*figures, recipe.name) : cross_validation_text(*figures));
  return ExitCode::kDone;
}

ExitCode train_detector(const learn::Recipe& recipe, const TrainOptions& options, CommandContext& context) {
  if (options.folds > 0 || !options.fold.empty()) {
    return report_error(
        {.code = ErrorCode::kInvalidArgument, .message = "--fold, --folds: detectors are trained on all of --data"});
  }
  std::vector<learn::CocoPicture> pictures;
  for (const std::string& folder : options.data) {
    auto found = learn::read_coco_folder(folder, "person", learn::CocoPart::kTraining);
    if (!found) return report_error(found.error());
    pictures.insert(pictures.end(), found->begin(), found->end());
  }
  fs::path weights;
  if (!recipe.net.weights.empty()) {
    auto found = find_weights(recipe.net.weights);
    if (!found) return report_error(found.error().with_context("net.weights"));
    weights = *std::move(found);
  }
  core::log_info("{} pictures to train on; into {}", pictures.size(), options.out);
  Result<learn::DetectorTrainingOutcome> outcome;
  {
    ProgressBar bar({.title = recipe.name, .quiet = context.quiet});
    outcome = learn::train_detector(recipe, std::move(pictures),
                                    {.out = options.out,
                                     .weights = std::move(weights),
                                     .device = options.device,
                                     .threads = options.threads,
                                     .resume = options.resume,
                                     .overwrite = options.overwrite,
                                     .stop = context.stop,
                                     .progress = bar.sink()});
  }
  if (!outcome) return report_stop(outcome.error(), options);
  if (context.json) {
    const json document = {{"recipe", recipe.name},
                           {"weights", outcome->weights.string()},
                           {"epochs", outcome->epochs},
                           {"best_epoch", outcome->best_epoch + 1},
                           {"training_loss", outcome->loss}};
    print_line(document.dump(2));
    return ExitCode::kDone;
  }
  print("kept epoch {} of {}, training loss {:.4f}", outcome->best_epoch + 1, outcome->epochs, outcome->loss);
  print_files(options);
  return ExitCode::kDone;
}

ExitCode train_embedder(const learn::Recipe& recipe, const TrainOptions& options, CommandContext& context) {
  if (options.folds > 0 || !options.fold.empty()) {
    return report_error({.code = ErrorCode::kInvalidArgument,
                         .message = "--fold, --folds: looks.held_out_every says which scenes are kept aside"});
  }
  std::vector<learn::Tracklet> tracklets;
  for (const std::string& folder : options.data) {
    auto set = learn::read_tracklets(folder);
    if (!set) return report_error(set.error());
    tracklets.insert(tracklets.end(), std::make_move_iterator(set->tracklets.begin()),
                     std::make_move_iterator(set->tracklets.end()));
  }
  Result<learn::EmbedderTrainingOutcome> outcome;
  {
    ProgressBar bar({.title = recipe.name, .quiet = context.quiet});
    outcome = learn::train_embedder(recipe, std::move(tracklets),
                                    {.out = options.out,
                                     .device = options.device,
                                     .threads = options.threads,
                                     .resume = options.resume,
                                     .overwrite = options.overwrite,
                                     .stop = context.stop,
                                     .progress = bar.sink()});
  }
  if (!outcome) return report_stop(outcome.error(), options);
  if (context.json) {
    const json document = {{"recipe", recipe.name},
                           {"weights", outcome->weights.string()},
                           {"people", outcome->people},
                           {"epochs", outcome->epochs},
                           {"training_loss", outcome->loss}};
    print_line(document.dump(2));
    return ExitCode::kDone;
  }
  print("{} people, {} epochs, training loss {:.4f}", outcome->people, outcome->epochs, outcome->loss);
  print_files(options);
  return ExitCode::kDone;
}

ExitCode train(TrainOptions options, CommandContext& context) {
  if (!options.fold.empty() && options.folds > 0) {
    return report_error({.code = ErrorCode::kInvalidArgument, .message = "--fold and --folds: choose one"});
  }
  const auto path = find_recipe(options.recipe);
  if (!path) return report_error(path.error());
  const auto recipe = learn::load_recipe(*path, options.overrides);
  if (!recipe) return report_error(recipe.error());
  if (options.out.empty()) options.out = (fs::path("runs") / recipe->name).string();
  if (learn::trains_detector(*recipe)) return train_detector(*recipe, options, context);
  if (learn::trains_embedder(*recipe)) return train_embedder(*recipe, options, context);
  if (options.data.size() != 1) {
    return report_error({.code = ErrorCode::kInvalidArgument, .message = "--data: clips come from one folder"});
  }
  const auto dataset = learn::open_dataset(
      options.data.front(), {.positive_class = recipe->data.positive_class, .negative_class = recipe->data.negative_class});
  if (!dataset) return report_error(dataset.error());
  if (options.folds > 0) return train_folds(*recipe, *dataset, options, context);

  std::optional<learn::FoldChoice> fold;
  if (!options.fold.empty()) {
    auto parsed = parse_fold(options.fold);
    if (!parsed) return report_error(parsed.error());
    parsed->seed = static_cast<std::uint64_t>(recipe->trainer.seed);
    parsed->random_split = options.random_split;
    fold = *parsed;
  }
  const auto divided = learn::divide_clips(*dataset, *recipe, fold);
  if (!divided) return report_error(divided.error());
  return train_once(*recipe, *divided, options, context);
}

}  // namespace

void register_train_command(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<TrainOptions>();
  CLI::App* command =
      app.add_subcommand("train", "Train a model from a recipe and a folder of labelled clips or pictures, or of tracklets");
  command->add_option("recipe", options->recipe, "A name in recipes/ or a TOML file")->required();
  command
      ->add_option(
          "--data", options->data,
          "Clips: folder with clips.csv, with Train/Validation/Test, or with class folders. Detectors: folder as COCO "
          "has it, without its val* and test* files; may be repeated. Looks: folder that `vigil tracklets` made; may be "
          "repeated")
      ->required()
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->add_option("--out", options->out, "Where weights, logs and report go (runs/<recipe>)");
  command->add_option("--set", options->overrides, "section.key=value, in place of the recipe's; may be repeated")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->add_option("--fold", options->fold, "i/k: keep fold i of k grouped folds aside as the test clips");
  command->add_option("--folds", options->folds, "Train every one of so many grouped folds")->check(CLI::Range(2, 1000));
  command->add_option("--seeds", options->seeds, "With --folds: one division and training per seed, e.g. 1,2,3")
      ->delimiter(',');
  command->add_flag("--random-split", options->random_split,
                    "Folds that ignore groups: flattering, only to compare with others");
  auto* resume = command->add_flag("--resume", options->resume, "Go on from the last checkpoint in --out");
  command->add_flag("--overwrite", options->overwrite, "Start afresh although --out holds a run")->excludes(resume);
  command->add_option("--device", options->device, "auto, cpu, cuda or cuda:N");
  command->add_option("--threads", options->threads, "Computing threads (0: one per core)")->check(CLI::Range(0, 1024));
  add_json_flag(*command, context);
  set_action(*command, context, [options](CommandContext& ctx) { return train(*options, ctx); });
}

}  // namespace vigil::cli
