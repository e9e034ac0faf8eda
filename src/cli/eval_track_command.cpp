#include "cli/eval_track_command.h"

#include <charconv>
#include <format>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/analysed_tracks.h"
#include "core/atomic_file.h"
#include "learn/mot_metrics.h"
#include "learn/mot_tracking.h"

namespace vigil::cli {
namespace {

using core::MediaDuration;
using learn::MotFileKind;
using nlohmann::json;

struct EvalTrackOptions {
  std::string truth;
  std::string result;
  std::string detections;
  std::string tracks;
  std::string out;
  std::string frames;
  std::optional<double> fps;
  learn::TrackingOptions measuring;
  learn::MotTrackingOptions tracking;
  double fill_gaps_s = tracking.fill_gaps.seconds();
  double max_age_s = tracking.tracker.max_age.seconds();
  bool overlap_only = false;
  bool no_recover = false;
};

core::Status take_frames(const std::string& text, learn::TrackingOptions& options) {
  if (text.empty()) return {};
  const auto dash = text.find('-');
  const auto number = [&](std::size_t begin, std::size_t end, int& value) {
    const char* last = text.data() + end;
    const auto [stop, error] = std::from_chars(text.data() + begin, last, value);
    return error == std::errc() && stop == last && value >= 1;
  };
  const bool valid = dash != std::string::npos && number(0, dash, options.first_frame) &&
                     number(dash + 1, text.size(), options.last_frame) && options.first_frame <= options.last_frame;
  if (valid) return {};
  return core::fail(core::ErrorCode::kInvalidArgument, std::format("--frames {}: must be FIRST-LAST, e.g. 1-400", text));
}

// Our tracker on the detections.
core::Result<learn::MotTracking> follow(EvalTrackOptions options, const CommandContext& context) {
  const auto detections = learn::read_mot_file(options.detections, MotFileKind::kDetections);
  if (!detections) return std::unexpected(detections.error());
  learn::MotTrackingOptions& tracking = options.tracking;
  tracking.fps = options.fps.value_or(tracking.fps);
  tracking.fill_gaps = MediaDuration::from_seconds(options.fill_gaps_s);
  tracking.tracker.max_age = MediaDuration::from_seconds(options.max_age_s);
  tracking.tracker.motion = !options.overlap_only;
  tracking.tracker.recover = !options.no_recover;
  tracking.stop = context.stop;
  auto result = learn::track_detections(*detections, tracking);
  if (result && !options.out.empty()) {
    if (auto written = core::write_file_atomically(options.out, learn::format_mot(result->boxes)); !written) {
      return std::unexpected(written.error());
    }
  }
  return result;
}

// What is to be measured, whatever it was read from, and what is said of it beside the scores.
struct Measured {
  std::vector<learn::MotBox> boxes;
  json facts;
  std::string remark;
};

core::Result<Measured> measured_result(const EvalTrackOptions& options) {
  auto boxes = learn::read_mot_file(options.result, MotFileKind::kResult);
  if (!boxes) return std::unexpected(boxes.error());
  return Measured{.boxes = std::move(*boxes), .facts = {{"result", options.result}}, .remark = ""};
}

core::Result<Measured> measured_detections(const EvalTrackOptions& options, const CommandContext& context) {
  auto tracking = follow(options, context);
  if (!tracking) return std::unexpected(tracking.error());
  const double ms = tracking->frames > 0 ? tracking->seconds * 1e3 / tracking->frames : 0;
  return Measured{.boxes = std::move(tracking->boxes),
                  .facts = {{"detections", options.detections}, {"tracker_ms_per_frame", ms}},
                  .remark = std::format("tracker: {:.3f} ms a frame", ms)};
}

// Frames between those that the analysis looked at are not measured.
core::Result<Measured> measured_tracks(const EvalTrackOptions& options, const std::vector<learn::MotBox>& truth,
                                       learn::TrackingOptions& measuring) {
  auto tracks = read_analysed_tracks(options.tracks, options.fps);
  if (!tracks) return std::unexpected(tracks.error());
  const int last = measuring.last_frame > 0 || truth.empty() ? measuring.last_frame : truth.back().frame;
  if (auto reaches = check_reach(*tracks, last); !reaches) return std::unexpected(reaches.error());
  measuring.looked_at = std::move(tracks->frames);
  return Measured{
      .boxes = std::move(tracks->boxes),
      .facts = {{"tracks", options.tracks}, {"fps", tracks->fps}},
      .remark = std::format("frames: those that the analysis looked at, numbered at {:g} a second", tracks->fps)};
}

ExitCode eval_track(EvalTrackOptions options, CommandContext& context) {
  const bool from_result = !options.result.empty();
  const bool from_tracks = !options.tracks.empty();
  if (!from_result && !from_tracks && options.detections.empty()) {
    return report_error({.code = core::ErrorCode::kInvalidArgument,
                         .message = "one of --result, --detections and --tracks is needed: what is to be measured"});
  }
  if (auto valid = take_frames(options.frames, options.measuring); !valid) return report_error(valid.error());
  const auto truth = learn::read_mot_file(options.truth, MotFileKind::kTruth);
  if (!truth) return report_error(truth.error());
  const auto measured = from_result   ? measured_result(options)
                        : from_tracks ? measured_tracks(options, *truth, options.measuring)
                                      : measured_detections(options, context);
  if (!measured) return report_error(measured.error());
  const auto scores = learn::measure_tracking(*truth, measured->boxes, options.measuring);
  if (!scores) return report_error(scores.error());

  if (context.json) {
    json document = {{"truth", options.truth}, {"scores", json::parse(learn::to_json(*scores))}};
    document.update(measured->facts);
    print_line(document.dump(2));
    return ExitCode::kDone;
  }
  print_line(learn::to_text(*scores));
  if (!measured->remark.empty()) print_line(measured->remark);
  return ExitCode::kDone;
}

void add_tracker_options(CLI::App& command, EvalTrackOptions& options) {
  vision::TrackerOptions& tracker = options.tracking.tracker;
  const std::string group = "Tracker, with --detections";
  const auto number = [&](const char* name, auto& value, const char* what) {
    command.add_option(name, value, what)->capture_default_str()->group(group);
  };
  number("--min-new-score", tracker.min_new_score, "Score from which a detection begins a track");
  number("--min-score", tracker.min_score, "Score from which a detection continues any track");
  number("--min-low-score", tracker.min_low_score, "Score from which it still continues a track seen in the frame before");
  number("--min-iou", tracker.min_iou, "Overlap from which a track and a detection may be one person");
  number("--n-init", tracker.n_init, "Frames in a row before a track is believed");
  number("--max-age", options.max_age_s, "Seconds unseen before a track is given up");
  number("--gate", tracker.gate, "Squared Mahalanobis distance beyond which a lost person is not found again");
  number("--motion-weight", tracker.motion_weight, "Weight of how unlikely the place is, beside overlap");
  number("--momentum", tracker.momentum, "Weight of how far a person would have to turn");
  command.add_flag("--no-recover", options.no_recover, "No search for lost people beyond overlap")->group(group);
  command
      .add_flag("--re-update", tracker.re_update, "After a gap, run the filter again along the line between the detections")
      ->group(group);
  command.add_flag("--overlap-only", options.overlap_only, "Plain overlap with the last box, without motion: the baseline")
      ->group(group);
}

}  // namespace

void register_eval_track_command(CLI::App& eval, CommandContext& context) {
  auto options = std::make_shared<EvalTrackOptions>();
  CLI::App* command = eval.add_subcommand("track", "Measure how people are followed: MOTA, IDF1, HOTA");
  command->add_option("--truth", options->truth, "Ground truth, a gt.txt of the MOT Challenge")->required();
  auto* result = command->add_option("--result", options->result, "A tracker's result in the same format, to be measured");
  auto* tracks =
      command->add_option("--tracks", options->tracks, "A tracks.jsonl of vigil analyze: the whole line, from pixels")
          ->excludes(result);
  auto* detections =
      command->add_option("--detections", options->detections, "A det.txt; our tracker follows the people in it")
          ->excludes(result)
          ->excludes(tracks);
  command->add_option("--out", options->out, "With --detections: write the tracker's result here")->needs(detections);
  command->add_option("--frames", options->frames, "Frames to measure, FIRST-LAST (those that the truth spans)");
  command->add_option("--iou", options->measuring.iou_threshold, "Overlap from which a box is a hit")->capture_default_str();
  command->add_option("--fps", options->fps, "Frames a second of the video (25; with --tracks what its events.json says)");
  auto* live = command->add_flag("--live", options->tracking.live, "Only what a camera would have shown at the time");
  command->add_option("--fill-gaps", options->fill_gaps_s, "Fill gaps up to so many seconds with straight lines (0: none)")
      ->excludes(live);
  add_tracker_options(*command, *options);
  add_json_flag(*command, context);
  set_action(*command, context, [options, &eval](CommandContext& ctx) {
    if (auto taken = refuse_options_of(eval, "track"); !taken) return report_error(taken.error());
    return eval_track(*options, ctx);
  });
}

}  // namespace vigil::cli
