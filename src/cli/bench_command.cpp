#include "cli/bench_command.h"

#include <algorithm>
#include <chrono>
#include <format>
#include <memory>
#include <variant>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/house_models.h"
#include "cli/people_options.h"
#include "cli/progress_bar.h"
#include "cli/scorer_options.h"
#include "media/source.h"
#include "pipeline/frame_stage.h"
#include "pipeline/people_stage.h"
#include "pipeline/scoring_stage.h"

namespace vigil::cli {
namespace {

using Json = nlohmann::ordered_json;

struct BenchLineOptions {
  std::string video;
  ScorerChoice scorer{.weights = kNone, .person = std::nullopt};
  PeopleChoice people;
};

struct LineTimes {
  std::vector<core::StageTime> stages;  // decoding first, which runs beside the others
  double video_seconds = 0;
  double seconds = 0;
  std::uint64_t dropped = 0;
  pipeline::PeopleStats people;
};

core::Result<LineTimes> run_line(const BenchLineOptions& options, vision::PeopleFinder& finder, pipeline::ClipScorer* scorer,
                                 CommandContext& context) {
  auto people_choice = people_options(options.people);
  if (!people_choice) return std::unexpected(people_choice.error());
  media::SourceOptions wanted{.decoder_threads = 2, .stop = context.stop};
  pipeline::FramePlan plan{.people_fps = options.people.fps.value_or(10)};
  if (scorer) {
    wanted.size = scorer->info().input_size;
    wanted.format = scorer->info().format;
    plan.windows.window = scorer->info().window;
  }
  wanted.second = media::View{};
  auto source = media::Source::open(options.video, wanted);
  if (!source) return std::unexpected(source.error());
  const double length = (*source)->info().duration.seconds();

  LineTimes times;
  core::StageTime scoring_time{.stage = "violence"};
  std::unique_ptr<pipeline::ScoringStage> scoring;
  if (scorer) {
    auto made = pipeline::ScoringStage::create(
        *scorer,
        {.with_people = true, .frame_width_px = (*source)->info().width_px, .frame_height_px = (*source)->info().height_px},
        {.on_moment = [](const auto&, const auto&, const auto&) { return core::Status(); },
         .on_change = [](const auto&) { return core::Status(); }});
    if (!made) return std::unexpected(made.error());
    scoring = std::move(*made);
  }
  auto people = pipeline::PeopleStage::create(finder, *people_choice, [&](const core::FramePeople& frame) {
    const core::StageClock clock(scoring_time, 0);
    return scoring ? scoring->push_people(frame) : core::Status();
  });
  if (!people) return std::unexpected(people.error());
  ProgressBar bar({.title = "line", .quiet = context.quiet});
  const auto report = bar.sink();
  const auto started = std::chrono::steady_clock::now();
  pipeline::FrameStage frames(std::move(*source), plan);
  while (auto item = frames.next()) {
    if (context.stop.stop_requested()) return core::fail(core::ErrorCode::kCancelled, "interrupted");
    if (const auto* frame = std::get_if<media::Frame>(&*item)) {
      if (auto pushed = (*people)->push(*frame); !pushed) return std::unexpected(pushed.error());
      if (report) report({.done = frame->pts().seconds(), .total = length, .unit = "s", .note = {}});
    } else if (scoring) {
      const core::StageClock clock(scoring_time, 1);
      auto pushed = scoring->push(std::move(std::get<pipeline::AssembledWindow>(*item)));
      if (!pushed) return std::unexpected(pushed.error());
    }
  }
  if (auto finished = (*people)->finish(); !finished) return std::unexpected(finished.error());
  if (scoring) {
    const core::StageClock clock(scoring_time, 0);
    if (auto finished = scoring->finish_people(); !finished) return std::unexpected(finished.error());
    if (auto finished = scoring->finish(); !finished) return std::unexpected(finished.error());
  }
  times.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  const pipeline::FrameOutcome& outcome = frames.outcome();
  if (outcome.error) return std::unexpected(*outcome.error);
  times.stages.push_back(outcome.decode);
  for (core::StageTime& stage : (*people)->times()) times.stages.push_back(std::move(stage));
  if (scoring) times.stages.push_back(scoring_time);
  times.video_seconds = outcome.stream_end.seconds();
  times.dropped = outcome.dropped;
  times.people = (*people)->stats();
  return times;
}

double per_second(const core::StageTime& stage) { return static_cast<double>(stage.frames) / std::max(stage.seconds, 1e-9); }

void say(const LineTimes& times) {
  double work = 0;
  for (const core::StageTime& stage : times.stages) work += stage.seconds;
  print("{:<16} {:>8} {:>10} {:>10} {:>7}", "stage", "frames", "ms each", "a second", "share");
  for (const core::StageTime& stage : times.stages) {
    const double ms = stage.frames > 0 ? stage.seconds * 1e3 / static_cast<double>(stage.frames) : 0;
    print("{:<16} {:>8} {:>10.2f} {:>10.0f} {:>6.1f}%", stage.stage, stage.frames, ms, per_second(stage),
          100 * stage.seconds / std::max(work, 1e-9));
  }
  print("whole line: {:.1f} s of video in {:.1f} s, {:.1f}x real time; {} frames looked at, {} still, {} dropped",
        times.video_seconds, times.seconds, times.video_seconds / std::max(times.seconds, 1e-9), times.people.looked_at,
        times.people.still, times.dropped);
}

Json to_json(const LineTimes& times) {
  Json stages = Json::array();
  for (const core::StageTime& stage : times.stages) {
    stages.push_back({{"stage", stage.stage}, {"frames", stage.frames}, {"seconds", stage.seconds}});
  }
  return {{"stages", stages},
          {"video_s", times.video_seconds},
          {"seconds", times.seconds},
          {"real_time_factor", times.video_seconds / std::max(times.seconds, 1e-9)},
          {"frames_looked_at", times.people.looked_at},
          {"frames_still", times.people.still},
          {"dropped", times.dropped}};
}

ExitCode bench_line(const BenchLineOptions& options, CommandContext& context) {
  const auto finder = load_people_finder(options.people);
  if (!finder) return report_error(finder.error());
  if (!*finder) {
    return report_error(
        {.code = core::ErrorCode::kInvalidArgument, .message = "bench line needs a detector or a pose network"});
  }
  std::unique_ptr<pipeline::ClipScorer> scorer;
  if (options.scorer.weights != kNone) {
    auto loaded = load_scorer(options.scorer, options.people.threads);
    if (!loaded) return report_error(loaded.error());
    scorer = std::move(*loaded);
  }
  const auto times = run_line(options, **finder, scorer.get(), context);
  if (!times) return report_error(times.error());
  if (context.json) {
    print_line(to_json(*times).dump(1));
  } else {
    say(*times);
  }
  return ExitCode::kDone;
}

}  // namespace

void register_bench_command(CLI::App& app, CommandContext& context) {
  CLI::App* bench = app.add_subcommand("bench", "Measure this machine");
  bench->require_subcommand(1);
  auto options = std::make_shared<BenchLineOptions>();
  CLI::App* line = bench->add_subcommand("line", "What each stage of the line costs on a video, in one run");
  line->add_option("video", options->video, "A video file")->required();
  add_scorer_options(*line, options->scorer);
  add_people_options(*line, options->people);
  add_json_flag(*line, context);
  set_action(*line, context, [options](CommandContext& ctx) { return bench_line(*options, ctx); });
}

}  // namespace vigil::cli
