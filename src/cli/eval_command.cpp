#include "cli/eval_command.h"

#include <filesystem>
#include <format>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/cross_validation_options.h"
#include "cli/cross_validation_output.h"
#include "cli/eval_detect_command.h"
#include "cli/eval_pose_command.h"
#include "cli/eval_reid_command.h"
#include "cli/eval_track_command.h"
#include "cli/house_models.h"
#include "cli/progress_bar.h"
#include "core/atomic_file.h"
#include "core/log.h"
#include "learn/clip_dataset.h"
#include "learn/clip_scoring.h"
#include "learn/cross_validation.h"
#include "learn/metrics.h"

namespace vigil::cli {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::Result;
using nlohmann::json;

struct EvalOptions {
  std::string subject;
  std::string data;
  std::string csv;
  double threshold = 0;  // 0: the model's own
  int windows = 0;
  int folds = 0;
  std::vector<std::int64_t> seeds;
  bool random_split = false;
  std::string out;
  std::vector<std::string> overrides;
  bool skip_broken = false;
  bool resume = false;
  bool overwrite = false;
  std::string device = "auto";
  int threads = 0;
};

ExitCode eval_weights(const fs::path& weights, const EvalOptions& options, CommandContext& context) {
  const auto dataset = learn::open_dataset(options.data);
  if (!dataset) return report_error(dataset.error());
  const auto files = find_feature_files_of(weights);
  if (!files) return report_error(files.error());
  Result<learn::ScoredClips> scored;
  {
    ProgressBar bar({.title = weights.stem().string(), .quiet = context.quiet});
    scored = learn::score_clips(weights, dataset->all,
                                {.windows = options.windows,
                                 .device = options.device,
                                 .threads = options.threads,
                                 .files = *files,
                                 .skip_broken = options.skip_broken,
                                 .stop = context.stop,
                                 .progress = bar.sink()});
  }
  if (!scored) return report_error(scored.error());
  const double threshold = options.threshold > 0 ? options.threshold : scored->threshold;
  const auto scores = learn::measure(scored->probabilities(), scored->labels(), threshold);
  if (!scores) return report_error(scores.error());
  if (!options.csv.empty()) {
    if (auto written = core::write_file_atomically(options.csv, learn::scores_csv(scored->clips)); !written)
      return report_error(written.error());
  }
  if (context.json) {
    const json document = {{"model", scored->model},     {"weights", weights.string()},
                           {"data", options.data},       {"clips", scored->clips.size()},
                           {"windows", scored->windows}, {"skipped_clips", scored->skipped_clips},
                           {"seconds", scored->seconds}, {"scores", json::parse(learn::to_json(*scores))}};
    print_line(document.dump(2));
    return ExitCode::kDone;
  }
  print("{} on {} clips of {}, {} windows a clip, {:.1f} s{}", scored->model, scored->clips.size(), options.data,
        scored->windows, scored->seconds,
        scored->skipped_clips > 0 ? std::format(", {} clips skipped", scored->skipped_clips) : "");
  print_line(learn::to_text(*scores, scored->negative_class, scored->positive_class));
  return ExitCode::kDone;
}

ExitCode eval_recipe(const fs::path& path, const EvalOptions& options, CommandContext& context) {
  const auto recipe = learn::load_recipe(path, options.overrides);
  if (!recipe) return report_error(recipe.error());
  const auto dataset = learn::open_dataset(
      options.data, {.positive_class = recipe->data.positive_class, .negative_class = recipe->data.negative_class});
  if (!dataset) return report_error(dataset.error());
  const auto files = find_feature_files(recipe->net.trunk);
  if (!files) return report_error(files.error());
  Result<learn::CrossValidation> figures;
  {
    ProgressBar bar({.title = recipe->name, .quiet = context.quiet});
    auto all = cross_validation_options(options, *recipe, *files, bar.sink(), context);
    all.random_split = options.random_split;
    if (options.out.empty()) all.out = fs::path("runs") / (recipe->name + "-folds");
    figures = learn::cross_validate(*recipe, *dataset, all);
  }
  if (!figures) return report_error(figures.error());
  if (!options.csv.empty()) {
    const auto written = core::write_file_atomically(options.csv, learn::scores_csv(figures->seeds.front().clips));
    if (!written) return report_error(written.error());
  }
  print_line(context.json ? cross_validation_json(*figures, recipe->name) : cross_validation_text(*figures));
  return ExitCode::kDone;
}

ExitCode eval(const EvalOptions& options, CommandContext& context) {
  // Not required() of CLI11, which would ask the commands within `eval` for them too.
  if (options.subject.empty() || options.data.empty()) {
    return report_error(
        {.code = ErrorCode::kInvalidArgument,
         .message = std::format("{} is required; see vigil eval --help", options.subject.empty() ? "subject" : "--data")});
  }
  const bool names_a_recipe = options.subject.ends_with(".toml") || options.folds > 0;
  if (names_a_recipe && options.folds == 0) {
    return report_error({.code = ErrorCode::kInvalidArgument,
                         .message = std::format("{}: a recipe is measured with --cross-validate K", options.subject)});
  }
  const auto path = names_a_recipe ? find_recipe(options.subject) : find_weights(options.subject);
  if (!path) return report_error(path.error());
  return names_a_recipe ? eval_recipe(*path, options, context) : eval_weights(*path, options, context);
}

}  // namespace

void register_eval_command(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<EvalOptions>();
  CLI::App* command = app.add_subcommand("eval", "Measure weights on labelled clips, or a recipe by cross-validation");
  command->add_option("subject", options->subject,
                      "Weights: a name in models/ or a .safetensors file. Recipe: a name in recipes/ or a .toml file");
  command->add_option("--data", options->data, "Folder with clips.csv, with Train/Validation/Test, or with class folders");
  command->add_option("--csv", options->csv, "Write a row per clip: file,label,probability (label 1: violence)");
  command
      ->add_option("--threshold", options->threshold,
                   "Probability at or above which a clip counts as violent (the model's own)")
      ->check(CLI::Range(1e-9, 1 - 1e-9));
  command->add_option("--windows", options->windows, "Windows spread over each clip (the model's own)")
      ->check(CLI::Range(1, 64));
  command->add_option("--cross-validate", options->folds, "Recipe: train and measure so many grouped folds")
      ->check(CLI::Range(2, 1000));
  command->add_option("--seeds", options->seeds, "With --cross-validate: one division and training per seed, e.g. 1,2,3")
      ->delimiter(',');
  command->add_flag("--random-split", options->random_split,
                    "Folds that ignore groups: flattering, only to compare with others");
  command->add_option("--out", options->out, "With --cross-validate: where the runs go (runs/<recipe>-folds)");
  command->add_option("--set", options->overrides, "With --cross-validate: section.key=value in place of the recipe's")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  auto* resume = command->add_flag("--resume", options->resume, "With --cross-validate: go on with the runs in --out");
  command->add_flag("--overwrite", options->overwrite, "With --cross-validate: start afresh although --out holds runs")
      ->excludes(resume);
  command->add_flag("--skip-broken", options->skip_broken, "Leave out clips that cannot be read, with a warning");
  command->add_option("--device", options->device, "auto, cpu, cuda or cuda:N");
  command->add_option("--threads", options->threads, "Computing threads (0: one per core)")->check(CLI::Range(0, 1024));
  add_json_flag(*command, context);
  set_action(*command, context, [options](CommandContext& ctx) { return eval(*options, ctx); });
  register_eval_detect_command(*command, context);
  register_eval_pose_command(*command, context);
  register_eval_reid_command(*command, context);
  register_eval_track_command(*command, context);
}

}  // namespace vigil::cli
