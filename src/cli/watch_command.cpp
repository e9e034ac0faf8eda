#include "cli/watch_command.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/evidence_options.h"
#include "cli/line_options.h"
#include "cli/scorer_options.h"
#include "pipeline/analysis_files.h"
#include "pipeline/watch.h"

namespace vigil::cli {
namespace {

namespace fs = std::filesystem;

struct WatchChoice {
  std::string url;
  fs::path out;  // empty: vigil-out/<name of the input>
  bool realtime = false;
  ScorerChoice scorer;
  LineChoice line;
  PeopleChoice people;
  double frozen_after_s = 10;
  double status_every_s = 10;
  double keep_s = 60;
  std::string faces;
};

core::Result<pipeline::WatchOptions> watch_options(const WatchChoice& choice, const vision::ClipClassifierInfo& classifier) {
  auto line = line_options(choice.line, choice.people, classifier);
  if (!line) return std::unexpected(line.error());
  pipeline::WatchOptions options{.analysis = std::move(*line),
                                 .frozen_after = core::MediaDuration::from_seconds(choice.frozen_after_s),
                                 .keep = core::MediaDuration::from_seconds(choice.keep_s),
                                 .status_every = core::MediaDuration::from_seconds(choice.status_every_s)};
  if (auto valid = options.validate(classifier.window); !valid) return std::unexpected(valid.error());
  return options;
}

ExitCode watch(const WatchChoice& choice, const CommandContext& context) {
  auto scorer = load_scorer(choice.scorer, choice.people.threads);
  if (!scorer) return report_error(scorer.error());
  auto options = watch_options(choice, (*scorer)->info());
  if (!options) return report_error(options.error());
  const auto people = load_people_finder(choice.people);
  if (!people) return report_error(people.error());
  if (auto fit = check_rules(options->analysis, people->get()); !fit) return report_error(fit.error());
  const auto faces = load_face_finder(*people ? choice.faces : kNone);
  if (!faces) return report_error(faces.error());

  const fs::path out = choice.out.empty() ? fs::path("vigil-out") / pipeline::folder_name(choice.url) : choice.out;
  const pipeline::WatchSinks sinks{
      .on_event =
          [](const pipeline::WatchedEvent& event) {
            print_line(pipeline::event_line(event));
            return core::Status();
          },
      .on_stream =
          [](const media::StreamChange& change) {
            print_line(pipeline::stream_line(change, std::chrono::system_clock::now()));
          },
      .on_status = [](const pipeline::WatchStatus& status) { print_line(pipeline::status_line(status)); }};
  const auto summary = pipeline::watch_stream(**scorer,
                                              {.url = choice.url,
                                               .realtime = choice.realtime,
                                               .people = people->get(),
                                               .faces = faces->get(),
                                               .out = out,
                                               .options = std::move(*options),
                                               .stop = context.stop},
                                              sinks);
  if (!summary) return report_error(summary.error());
  return summary->interrupted ? ExitCode::kInterrupted : ExitCode::kDone;
}

}  // namespace

void register_watch_command(CLI::App& app, CommandContext& context) {
  auto choice = std::make_shared<WatchChoice>();
  CLI::App* command =
      app.add_subcommand("watch", "Watch a camera: events as lines of JSON while they happen, clips, pictures");
  command->add_option("url", choice->url, "A camera's URL or device; or a video file, with --realtime")->required();
  command->add_option("--out", choice->out, "Folder for events.jsonl and what shows the events; earlier ones in it stay")
      ->default_str("vigil-out/<input>");
  command->add_flag("--realtime", choice->realtime, "Play a file at its own speed, as if it were a camera");
  add_scorer_options(*command, choice->scorer);
  add_line_options(*command, choice->line);
  command->add_option("--frozen-after", choice->frozen_after_s, "Seconds without a new picture after which to connect anew")
      ->capture_default_str();
  command->add_option("--keep", choice->keep_s, "Seconds of the stream kept on disk, out of which clips are cut")
      ->capture_default_str();
  command->add_option("--status-every", choice->status_every_s, "Seconds between status lines")->capture_default_str();
  add_people_options(*command, choice->people);
  add_faces_option(*command, choice->faces);
  set_action(*command, context, [choice](CommandContext& ctx) { return watch(*choice, ctx); });
}

}  // namespace vigil::cli
