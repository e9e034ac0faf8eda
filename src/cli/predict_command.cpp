#include "cli/predict_command.h"

#include <filesystem>
#include <format>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/house_models.h"
#include "cli/progress_bar.h"
#include "learn/clip_scoring.h"

namespace vigil::cli {
namespace {

using core::ErrorCode;
using nlohmann::json;

struct PredictOptions {
  std::string weights;
  std::vector<std::string> files;
  double threshold = 0;  // 0: the model's own
  int windows = 0;
  std::string device = "auto";
  int threads = 0;
};

struct Verdict {
  std::string file;
  std::optional<double> probability;  // nothing: the file could not be read
  std::string name;                   // of the class
};

core::Result<learn::ClipSet> clips_of(const std::vector<std::string>& files) {
  std::vector<learn::ClipItem> items;
  for (const std::string& file : files) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored)) {
      return core::fail(ErrorCode::kNotFound, std::format("no such file: {}", file));
    }
    items.push_back({.path = file, .name = file, .label = 0, .group = file, .origin = {}});
  }
  return learn::ClipSet(std::move(items));
}

std::vector<Verdict> verdicts(const std::vector<std::string>& files, const learn::ScoredClips& scored, double threshold) {
  std::map<std::string, double> by_file;
  for (const learn::ClipScore& score : scored.clips) by_file[score.clip.name] = score.probability;
  std::vector<Verdict> out;
  for (const std::string& file : files) {
    const auto found = by_file.find(file);
    if (found == by_file.end()) {
      out.push_back({.file = file, .probability = std::nullopt, .name = {}});
    } else {
      const bool positive = found->second >= threshold;
      out.push_back(
          {.file = file, .probability = found->second, .name = positive ? scored.positive_class : scored.negative_class});
    }
  }
  return out;
}

std::string to_json(const learn::ScoredClips& scored, const std::vector<Verdict>& all, double threshold) {
  json files = json::array();
  for (const Verdict& verdict : all) {
    const bool read = verdict.probability.has_value();
    files.push_back({{"file", verdict.file},
                     {"class", read ? json(verdict.name) : json(nullptr)},
                     {"probability", read ? json(*verdict.probability) : json(nullptr)}});
  }
  return json{{"model", scored.model}, {"threshold", threshold}, {"windows", scored.windows}, {"files", std::move(files)}}
      .dump(2);
}

ExitCode predict(const PredictOptions& options, CommandContext& context) {
  const auto weights = find_weights(options.weights);
  if (!weights) return report_error(weights.error());
  const auto clips = clips_of(options.files);
  if (!clips) return report_error(clips.error());
  const auto files = find_feature_files_of(*weights);
  if (!files) return report_error(files.error());
  core::Result<learn::ScoredClips> scored;
  {
    ProgressBar bar({.title = weights->stem().string(), .quiet = context.quiet || options.files.size() < 8});
    scored = learn::score_clips(*weights, *clips,
                                {.windows = options.windows,
                                 .device = options.device,
                                 .threads = options.threads,
                                 .files = {.trunk = files->trunk, .people = files->people},
                                 .skip_broken = true,
                                 .stop = context.stop,
                                 .progress = bar.sink()});
  }
  if (!scored) return report_error(scored.error());
  const double threshold = options.threshold > 0 ? options.threshold : scored->threshold;
  const std::vector<Verdict> all = verdicts(options.files, *scored, threshold);
  if (context.json) {
    print_line(to_json(*scored, all, threshold));
  } else {
    for (const Verdict& verdict : all) {
      if (verdict.probability) print("{}  {}  {:.4f}", verdict.file, verdict.name, *verdict.probability);
    }
  }
  return scored->skipped_clips > 0 ? ExitCode::kInputUnreadable : ExitCode::kDone;
}

}  // namespace

void register_predict_command(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<PredictOptions>();
  CLI::App* command = app.add_subcommand("predict", "Class and probability of violence for each video file");
  command->add_option("weights", options->weights, "A name in models/ or a .safetensors file")->required();
  command->add_option("files", options->files, "Video files")->required();
  command
      ->add_option("--threshold", options->threshold,
                   "Probability at or above which a clip counts as violent (the model's own)")
      ->check(CLI::Range(1e-9, 1 - 1e-9));
  command->add_option("--windows", options->windows, "Windows spread over each clip (the model's own)")
      ->check(CLI::Range(1, 64));
  command->add_option("--device", options->device, "auto, cpu, cuda or cuda:N");
  command->add_option("--threads", options->threads, "Computing threads (0: one per core)")->check(CLI::Range(0, 1024));
  add_json_flag(*command, context);
  set_action(*command, context, [options](CommandContext& ctx) { return predict(*options, ctx); });
}

}  // namespace vigil::cli
