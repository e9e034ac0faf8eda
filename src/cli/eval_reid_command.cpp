#include "cli/eval_reid_command.h"

#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/house_models.h"
#include "cli/people_options.h"
#include "cli/progress_bar.h"
#include "learn/reid_scoring.h"

namespace vigil::cli {
namespace {

using core::ErrorCode;
using core::Result;
using nlohmann::json;

struct EvalReidOptions {
  std::string embedder = kDefaultEmbedder;
  std::string tracklets;
  int held_out_every = 5;
  std::string video, truth;
  double min_gap_s = 1;
  learn::ReidScoringOptions scoring;
  vision::EmbedderOptions embedding;
  bool full_precision = false;
};

Result<learn::ReidSet> look(const EvalReidOptions& options, vision::Embedder& embedder, CommandContext& context) {
  ProgressBar bar({.title = embedder.info().name, .quiet = context.quiet});
  learn::ReidScoringOptions scoring = options.scoring;
  scoring.stop = context.stop;
  scoring.progress = bar.sink();
  if (options.tracklets.empty()) {
    const auto truth = learn::read_mot_file(options.truth, learn::MotFileKind::kTruth);
    if (!truth) return std::unexpected(truth.error());
    return learn::embed_truth(embedder, options.video, *truth, scoring);
  }
  auto set = learn::read_tracklets(options.tracklets);
  if (!set) return std::unexpected(set.error());
  if (options.held_out_every > 0) {
    const auto held_out = learn::held_out_scenes(set->tracklets, options.held_out_every);
    std::erase_if(set->tracklets, [&](const learn::Tracklet& each) { return !held_out.contains(each.scene); });
  }
  return learn::embed_tracklets(embedder, set->tracklets, scoring);
}

ExitCode eval_reid(EvalReidOptions options, CommandContext& context) {
  if (options.tracklets.empty() == (options.video.empty() || options.truth.empty())) {
    return report_error({.code = ErrorCode::kInvalidArgument, .message = "give either --tracklets, or --video and --truth"});
  }
  if (options.full_precision) options.embedding.precision = nn::Precision::kFull32;
  const auto path = find_weights(options.embedder);
  if (!path) return report_error(path.error());
  const auto embedder = vision::Embedder::load(*path, options.embedding);
  if (!embedder) return report_error(embedder.error());
  const auto set = look(options, **embedder, context);
  if (!set) return report_error(set.error());
  const auto scores = learn::measure_reid(set->samples, {.min_gap = core::MediaDuration::from_seconds(options.min_gap_s)});
  if (!scores) return report_error(scores.error());
  const vision::EmbedderInfo& info = (*embedder)->info();
  const double ms = set->seconds * 1e3 / static_cast<double>(std::max<std::size_t>(1, set->samples.size()));
  if (context.json) {
    const json document = {{"embedder", info.name},
                           {"input", {info.input_width_px, info.input_height_px}},
                           {"ms_per_person", ms},
                           {"scores", json::parse(learn::to_json(*scores))}};
    print_line(document.dump(2));
    return ExitCode::kDone;
  }
  print("{} at {}×{}, {:.2f} ms a person", info.name, info.input_width_px, info.input_height_px, ms);
  print_line(learn::to_text(*scores));
  return ExitCode::kDone;
}

}  // namespace

void register_eval_reid_command(CLI::App& eval, CommandContext& context) {
  auto options = std::make_shared<EvalReidOptions>();
  CLI::App* command = eval.add_subcommand(
      "reid", "Measure how well a network for looks knows people again: rank-1 and mean average precision");
  command->add_option("--embedder", options->embedder, "Weights by name, or a .safetensors or .onnx file")
      ->capture_default_str();
  command->add_option("--tracklets", options->tracklets, "Folder that `vigil tracklets` made");
  command
      ->add_option("--held-out-every", options->held_out_every,
                   "Only the scenes that a recipe with this looks.held_out_every does not train on; 0: all")
      ->capture_default_str()
      ->check(CLI::Range(0, 1000));
  command->add_option("--video", options->video, "A video, with --truth");
  command->add_option("--truth", options->truth, "Its people, in the format of the MOT Challenge");
  command->add_option("--every", options->scoring.every, "Of the video, every so manieth frame")->capture_default_str();
  command->add_option("--min-gap", options->min_gap_s, "Seconds to another picture of the same person that counts")
      ->capture_default_str();
  command->add_flag("--full-precision", options->full_precision, "Compute in 32 bits also where 16 are faster");
  command->add_option("--device", options->embedding.device, "auto, cpu, cuda or cuda:N");
  command->add_option("--threads", options->embedding.threads, "Computing threads (0: one per core)")
      ->check(CLI::Range(0, 1024));
  add_json_flag(*command, context);
  set_action(*command, context, [options, &eval](CommandContext& ctx) {
    if (auto taken = refuse_options_of(eval, "reid"); !taken) return report_error(taken.error());
    return eval_reid(*options, ctx);
  });
}

}  // namespace vigil::cli
