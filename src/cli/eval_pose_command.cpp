#include "cli/eval_pose_command.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/house_models.h"
#include "cli/progress_bar.h"
#include "learn/pose_scoring.h"

namespace vigil::cli {
namespace {

using nlohmann::json;

struct EvalPoseOptions {
  std::string pose;
  std::string data;
  bool held_out = false;
  std::vector<int> size;
  // Average precision looks at the whole curve: at unsure people too.
  vision::PoseEstimatorOptions estimation{.score_threshold = 0.01F};
  bool full_precision = false;
};

core::Result<learn::PoseRun> run_estimator(const EvalPoseOptions& options, vision::PoseEstimator& estimator,
                                           CommandContext& context) {
  const auto pictures =
      learn::read_coco_poses(options.data, options.held_out ? learn::CocoPart::kHeldOut : learn::CocoPart::kAll);
  if (!pictures) return std::unexpected(pictures.error());
  ProgressBar bar({.title = estimator.info().name, .quiet = context.quiet});
  return learn::estimate_in_pictures(estimator, *pictures, {.stop = context.stop, .progress = bar.sink()});
}

ExitCode eval_pose(EvalPoseOptions options, CommandContext& context) {
  if (!options.size.empty()) {
    options.estimation.input_width_px = options.size.front();
    options.estimation.input_height_px = options.size.back();
  }
  if (options.full_precision) options.estimation.precision = nn::Precision::kFull32;
  const auto path = find_weights(options.pose);
  if (!path) return report_error(path.error());
  auto estimator = vision::PoseEstimator::load(*path, options.estimation);
  if (!estimator) return report_error(estimator.error());
  const auto run = run_estimator(options, **estimator, context);
  if (!run) return report_error(run.error());
  const auto scores = learn::measure_poses(run->pictures);
  if (!scores) return report_error(scores.error());

  const vision::PoseEstimatorInfo& info = (*estimator)->info();
  const double ms = run->seconds * 1e3 / static_cast<double>(run->pictures.size());
  if (context.json) {
    const json document = {
        {"pose", info.name},    {"kind", info.kind},    {"input", {info.input_width_px, info.input_height_px}},
        {"data", options.data}, {"ms_per_picture", ms}, {"scores", json::parse(learn::to_json(*scores))}};
    print_line(document.dump(2));
    return ExitCode::kDone;
  }
  print("{} ({}) at {}×{}, {:.1f} ms a picture", info.name, info.kind, info.input_width_px, info.input_height_px, ms);
  print_line(learn::to_text(*scores));
  return ExitCode::kDone;
}

}  // namespace

void register_eval_pose_command(CLI::App& eval, CommandContext& context) {
  auto options = std::make_shared<EvalPoseOptions>();
  CLI::App* command =
      eval.add_subcommand("pose", "Measure how well a pose estimator finds key points: average precision over OKS");
  command
      ->add_option("--pose", options->pose, "A name in models/, or a .json (MoveNet), .safetensors or .pth file (OpenPose)")
      ->required();
  command->add_option("--data", options->data, "Folder as COCO has it: annotations/person_keypoints_NAME.json, NAME/")
      ->required();
  command->add_flag("--held-out", options->held_out, "Of --data only the val* and test* files, which training leaves alone");
  command->add_option("--input", options->size, "Pixels that the network is shown: a side, or WIDTH,HEIGHT (its own)")
      ->delimiter(',')
      ->expected(1, 2);
  command->add_option("--min-score", options->estimation.score_threshold, "Score from which people are measured")
      ->capture_default_str();
  command->add_option("--max-iou", options->estimation.max_iou, "Overlap above which two people count as one (MoveNet)")
      ->capture_default_str();
  command->add_flag("--full-precision", options->full_precision, "Compute in 32 bits also where 16 are faster");
  command->add_option("--device", options->estimation.device, "auto, cpu, cuda or cuda:N");
  command->add_option("--threads", options->estimation.threads, "Computing threads (0: one per core)")
      ->check(CLI::Range(0, 1024));
  add_json_flag(*command, context);
  set_action(*command, context, [options, &eval](CommandContext& ctx) {
    if (auto taken = refuse_options_of(eval, "pose"); !taken) return report_error(taken.error());
    return eval_pose(*options, ctx);
  });
}

}  // namespace vigil::cli
