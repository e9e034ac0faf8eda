#include "cli/tracklets_command.h"

#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/house_models.h"
#include "cli/people_options.h"
#include "cli/progress_bar.h"
#include "learn/clip_dataset.h"
#include "learn/tracklet_cutting.h"

namespace vigil::cli {
namespace {

namespace fs = std::filesystem;
using core::Result;

struct TrackletsOptions {
  std::vector<std::string> inputs;
  std::string detector = kDefaultDetector;
  vision::DetectorOptions detection{.score_threshold = 0.1F};
  learn::CuttingOptions cutting;
};

// A video is a scene of its own; those of a data set have their group's.
Result<std::vector<learn::SceneVideo>> find_videos(const std::vector<std::string>& inputs) {
  std::vector<learn::SceneVideo> videos;
  for (const std::string& input : inputs) {
    const fs::path path(input);
    if (!fs::is_directory(path)) {
      videos.push_back({.path = path, .name = path.filename().string(), .scene = path.filename().string()});
      continue;
    }
    const auto dataset = learn::open_dataset(path);
    if (!dataset) return std::unexpected(dataset.error());
    for (std::size_t i = 0; i < dataset->all.size(); ++i) {
      const learn::ClipItem& clip = dataset->all.get(i);
      videos.push_back({.path = clip.path, .name = clip.name, .scene = clip.group});
    }
  }
  return videos;
}

ExitCode tracklets(TrackletsOptions options, CommandContext& context) {
  const auto weights = find_weights(options.detector);
  if (!weights) return report_error(weights.error());
  const auto detector = vision::Detector::load(*weights, options.detection);
  if (!detector) return report_error(detector.error());
  const auto videos = find_videos(options.inputs);
  if (!videos) return report_error(videos.error());
  Result<learn::CuttingOutcome> outcome;
  {
    ProgressBar bar({.title = "tracklets", .quiet = context.quiet});
    options.cutting.stop = context.stop;
    options.cutting.progress = bar.sink();
    outcome = learn::cut_tracklets(**detector, *videos, options.cutting);
  }
  if (!outcome) return report_error(outcome.error());
  if (context.json) {
    const nlohmann::json document = {{"folder", options.cutting.out.string()},
                                     {"videos", outcome->videos},
                                     {"tracklets", outcome->tracklets},
                                     {"pictures", outcome->pictures}};
    print_line(document.dump(2));
    return ExitCode::kDone;
  }
  print("{} people, {} pictures of them, from {} videos: {}", outcome->tracklets, outcome->pictures, outcome->videos,
        options.cutting.out.string());
  return ExitCode::kDone;
}

}  // namespace

void register_tracklets_command(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<TrackletsOptions>();
  learn::CuttingOptions& cutting = options->cutting;
  CLI::App* command =
      app.add_subcommand("tracklets", "Cut pictures of people out of videos, to train a network for their looks on");
  command
      ->add_option("inputs", options->inputs, "Videos, or folders of clips as `vigil train` takes them, with their groups")
      ->required()
      ->check(CLI::ExistingPath);
  command->add_option("--out", cutting.out, "Folder for tracklets.json and the pictures; videos it holds are not cut again")
      ->required();
  command->add_option("--detector", options->detector, "What finds people: weights by name, or a file")
      ->capture_default_str();
  command->add_option("--fps", cutting.fps, "Frames a second in which people are looked for")->capture_default_str();
  command->add_option("--every", cutting.every_s, "Seconds between two pictures of a person")->capture_default_str();
  command->add_option("--min-score", cutting.min_score, "Score of a detection that is good enough")->capture_default_str();
  command->add_option("--min-height", cutting.min_height_px, "Pixels that a person must be tall")->capture_default_str();
  command->add_option("--max-hidden", cutting.max_hidden, "Share of a person that others may cover")->capture_default_str();
  command->add_option("--min-pictures", cutting.min_pictures, "Pictures that a person must have")->capture_default_str();
  command->add_flag("--overwrite", cutting.overwrite, "Start afresh although the folder was made with other options");
  command->add_option("--device", options->detection.device, "auto, cpu, cuda or cuda:N; of our own networks");
  command->add_option("--threads", options->detection.threads, "Computing threads (0: one per core)")
      ->check(CLI::Range(0, 1024));
  add_json_flag(*command, context);
  set_action(*command, context, [options](CommandContext& ctx) { return tracklets(*options, ctx); });
}

}  // namespace vigil::cli
