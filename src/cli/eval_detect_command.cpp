#include "cli/eval_detect_command.h"

#include <array>
#include <format>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/house_models.h"
#include "cli/progress_bar.h"
#include "learn/detection_scoring.h"

namespace vigil::cli {
namespace {

using nlohmann::json;

struct EvalDetectOptions {
  std::string detector;
  std::string data;
  bool held_out = false;
  float sure = 0.5F;
  std::string video;
  std::string truth;
  std::vector<int> size;
  int every = 1;
  // Average precision looks at the whole curve: at unsure detections too.
  vision::DetectorOptions detection{.score_threshold = 0.001F};
  bool full_precision = false;
};

core::Result<learn::DetectionRun> run_detector(const EvalDetectOptions& options, vision::Detector& detector,
                                               CommandContext& context) {
  ProgressBar bar({.title = detector.info().name, .quiet = context.quiet});
  const learn::DetectionRunOptions run{.every = options.every, .stop = context.stop, .progress = bar.sink()};
  if (!options.video.empty()) {
    const auto truth = learn::read_mot_file(options.truth, learn::MotFileKind::kTruth);
    if (!truth) return std::unexpected(truth.error());
    return learn::detect_in_video(detector, options.video, *truth, run);
  }
  auto pictures =
      learn::read_coco_folder(options.data, "person", options.held_out ? learn::CocoPart::kHeldOut : learn::CocoPart::kAll);
  if (!pictures) return std::unexpected(pictures.error());
  for (learn::CocoPicture& picture : *pictures) {
    for (learn::TruthBox& label : picture.truth) {
      if (label.kind == learn::TruthKind::kObject && label.weight < options.sure) label.kind = learn::TruthKind::kIgnored;
    }
  }
  return learn::detect_in_pictures(detector, *pictures, run);
}

ExitCode eval_detect(EvalDetectOptions options, CommandContext& context) {
  if (options.data.empty() == options.video.empty()) {
    return report_error({.code = core::ErrorCode::kInvalidArgument,
                         .message = "one of --data and --video is needed: where people are to be found"});
  }
  if (!options.size.empty()) {
    options.detection.input_width_px = options.size.front();
    options.detection.input_height_px = options.size.back();
  }
  if (options.full_precision) options.detection.precision = nn::Precision::kFull32;
  const auto path = find_weights(options.detector);
  if (!path) return report_error(path.error());
  auto detector = vision::Detector::load(*path, options.detection);
  if (!detector) return report_error(detector.error());
  const auto run = run_detector(options, **detector, context);
  if (!run) return report_error(run.error());
  const auto scores = learn::measure_detection(run->pictures);
  if (!scores) return report_error(scores.error());

  const vision::DetectorInfo& info = (*detector)->info();
  const double ms = run->seconds * 1e3 / static_cast<double>(run->pictures.size());
  if (context.json) {
    const json document = {{"detector", info.name},
                           {"kind", info.kind},
                           {"input", {info.input_width_px, info.input_height_px}},
                           {"data", options.data.empty() ? options.video : options.data},
                           {"ms_per_picture", ms},
                           {"scores", json::parse(learn::to_json(*scores))}};
    print_line(document.dump(2));
    return ExitCode::kDone;
  }
  print("{} ({}) at {}×{}, {:.1f} ms a picture", info.name, info.kind, info.input_width_px, info.input_height_px, ms);
  print_line(learn::to_text(*scores));
  return ExitCode::kDone;
}

}  // namespace

void register_eval_detect_command(CLI::App& eval, CommandContext& context) {
  auto options = std::make_shared<EvalDetectOptions>();
  CLI::App* command = eval.add_subcommand("detect", "Measure how well a detector finds people: average precision");
  command->add_option("--detector", options->detector, "A name in models/, or a .safetensors, .onnx, .weights or .cfg file")
      ->required();
  auto* data = command->add_option("--data", options->data, "Folder as COCO has it: annotations/instances_NAME.json, NAME/");
  command->add_flag("--held-out", options->held_out, "Of --data only the val* and test* files, which training leaves alone")
      ->needs(data);
  command
      ->add_option("--sure", options->sure, "Of --data from `vigil label`: labels of a lower score are neither hit nor miss")
      ->needs(data)
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  auto* video = command->add_option("--video", options->video, "A video, with --truth")->excludes(data);
  auto* truth =
      command->add_option("--truth", options->truth, "Its ground truth, a gt.txt of the MOT Challenge")->needs(video);
  video->needs(truth);
  command->add_option("--every", options->every, "With --video: measure every so-manieth frame, from the first")
      ->needs(video)
      ->check(CLI::Range(1, 100'000));
  command->add_option("--input", options->size, "Pixels that the network is shown: a side, or WIDTH,HEIGHT (its own)")
      ->delimiter(',')
      ->expected(1, 2);
  command->add_option("--min-score", options->detection.score_threshold, "Score from which detections are measured")
      ->capture_default_str();
  command->add_option("--max-iou", options->detection.max_iou, "Overlap above which two boxes count as one")
      ->capture_default_str();
  command
      ->add_option_function<std::array<int, 2>>(
          "--tiles",
          [options](const std::array<int, 2>& tiles) {
            options->detection.tiling.columns = tiles[0];
            options->detection.tiling.rows = tiles[1];
          },
          "Look at COLUMNS,ROWS overlapping parts of each picture (1,1)")
      ->delimiter(',');
  command->add_flag("--full-precision", options->full_precision, "Our own networks in 32 bits also where 16 are faster");
  command->add_option("--device", options->detection.device, "auto, cpu, cuda or cuda:N; of our own networks");
  command->add_option("--threads", options->detection.threads, "Computing threads (0: one per core)")
      ->check(CLI::Range(0, 1024));
  add_json_flag(*command, context);
  set_action(*command, context, [options, &eval](CommandContext& ctx) {
    if (auto taken = refuse_options_of(eval, "detect"); !taken) return report_error(taken.error());
    return eval_detect(*options, ctx);
  });
}

}  // namespace vigil::cli
