#include "cli/analyze_inputs.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <format>
#include <list>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "cli/evidence_options.h"
#include "cli/progress_bar.h"
#include "core/log.h"
#include "pipeline/analysis.h"
#include "pipeline/analysis_files.h"
#include "pipeline/analysis_index.h"

namespace vigil::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

ExitCode graver(ExitCode a, ExitCode b) {
  using enum ExitCode;
  constexpr std::array order = {kDone, kInputUnreadable, kWrongUsage, kFailed, kInterrupted};
  return std::ranges::find(order, a) > std::ranges::find(order, b) ? a : b;
}

core::Result<pipeline::AnalysisOptions> analysis_options(const AnalyzeOptions& options,
                                                         const vision::ClipClassifierInfo& classifier) {
  auto analysis = line_options(options.line, options.people, classifier);
  if (!analysis) return analysis;
  analysis->annotate = options.annotate;
  if (!options.started_at.empty()) {
    auto began = parse_wall_clock(options.started_at);
    if (!began) return std::unexpected(began.error());
    analysis->time_zero = *began;
  }
  return analysis;
}

// Where each input's files go.
class Folders {
 public:
  explicit Folders(const AnalyzeOptions& options)
      : parent_(options.out.empty() ? fs::path("vigil-out") : options.out),
        given_(!options.out.empty()),
        single_(options.inputs.size() == 1) {}

  fs::path next(const std::string& input) {
    if (!given_) return pipeline::unused_folder(parent_, input);
    if (single_) return parent_;
    const std::string name = pipeline::folder_name(input);
    std::string unique = name;
    for (int number = 2; !used_.insert(unique).second; ++number) unique = std::format("{}-{}", name, number);
    return parent_ / unique;
  }

  const fs::path& parent() const { return parent_; }

 private:
  fs::path parent_;
  bool given_;
  bool single_;
  std::set<std::string> used_;
};

std::string clock(core::MediaTime time) {
  const std::string text = core::format_clock(time);
  return text.substr(0, text.size() - 2);
}

void say(const pipeline::AnalysisRecord& record, const fs::path& folder, double seconds) {
  const double speed = record.analysed_until.seconds() / std::max(seconds, 1e-3);
  print("{}: {} ({:.1f}x real time).", record.title, pipeline::headline(record), speed);
  for (const pipeline::EventRecord& event : record.events) {
    if (event.event.kind != core::kViolence) {
      print("  event {}: {}{}{}, {} to {}", event.event.id, event.event.rule, event.event.zone.empty() ? "" : " at ",
            event.event.zone, clock(event.event.begin), clock(event.event.end));
      continue;
    }
    print("  event {}: {} to {}, first violent frame at {}, score {:.2f}", event.event.id, clock(event.event.begin),
          clock(event.event.end), core::format_clock(event.event.first_violent), event.event.score);
  }
  if (record.people) {
    const pipeline::PeopleStats& stats = record.people->stats;
    print("  people: {}, at most {} at a time{}", stats.people, stats.most_at_once,
          stats.still > 0 ? std::format("; {} of {} frames were still", stats.still, stats.still + stats.looked_at) : "");
  }
  print("  report: {}", fs::absolute(folder / pipeline::AnalysisFiles::kReport).lexically_normal().string());
}

Json result_json(const pipeline::AnalysisRecord& record, const fs::path& folder, double seconds) {
  Json json{{"folder", fs::absolute(folder).lexically_normal().string()}, {"seconds_taken", seconds}};
  json.update(Json::parse(pipeline::events_json(record)));
  return json;
}

struct Analysed {
  std::string input;
  fs::path folder;
  core::Result<pipeline::AnalysisRecord> record;
};

ExitCode code_of(const Analysed& analysed) {
  if (analysed.record) return analysed.record->interrupted ? ExitCode::kInterrupted : ExitCode::kDone;
  const bool unsupported = analysed.record.error().code == core::ErrorCode::kUnsupported;
  return unsupported ? ExitCode::kInputUnreadable : exit_code_of(analysed.record.error());
}

core::Result<fs::path> write_index(const std::list<Analysed>& all, const fs::path& parent) {
  std::vector<pipeline::IndexRow> rows;
  for (const Analysed& one : all) {
    rows.push_back({.input = core::redact_url(one.input),
                    .folder = one.folder.filename().string(),
                    .record = one.record ? &*one.record : nullptr,
                    .error = one.record ? "" : one.record.error().message});
  }
  if (auto written = pipeline::write_index(parent, rows); !written) return std::unexpected(written.error());
  return parent / "index.html";
}

}  // namespace

AnalyzeOutcome analyze_inputs(const AnalyzeOptions& options, const CommandContext& context) {
  auto scorer = load_scorer(options.scorer, options.people.threads);
  if (!scorer) return {.code = report_error(scorer.error()), .page = {}};
  auto analysis = analysis_options(options, (*scorer)->info());
  if (!analysis) return {.code = report_error(analysis.error()), .page = {}};
  if (auto valid = analysis->validate((*scorer)->info().window); !valid) {
    return {.code = report_error(valid.error()), .page = {}};
  }
  const auto people = load_people_finder(options.people);
  if (!people) return {.code = report_error(people.error()), .page = {}};
  if (auto fit = check_rules(*analysis, people->get()); !fit) return {.code = report_error(fit.error()), .page = {}};
  const auto faces = load_face_finder(options.faces);
  if (!faces) return {.code = report_error(faces.error()), .page = {}};

  Folders folders(options);
  std::list<Analysed> all;
  Json results = Json::array();
  AnalyzeOutcome outcome;
  for (const std::string& input : options.inputs) {
    if (context.stop.stop_requested()) break;
    const auto started = std::chrono::steady_clock::now();
    const fs::path folder = folders.next(input);
    ProgressBar bar({.title = pipeline::folder_name(input), .quiet = context.quiet});
    all.push_back({.input = input,
                   .folder = folder,
                   .record = pipeline::analyze_video(**scorer, {.input = input,
                                                                .people = people->get(),
                                                                .faces = faces->get(),
                                                                .out = folder,
                                                                .options = *analysis,
                                                                .stop = context.stop,
                                                                .progress = bar.sink()})});
    bar.finish();
    const Analysed& done = all.back();
    outcome.code = graver(outcome.code, code_of(done));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    if (!done.record) {
      report_error(done.record.error());
      results.push_back({{"input", core::redact_url(input)}, {"error", done.record.error().message}});
      continue;
    }
    outcome.page = folder / pipeline::AnalysisFiles::kReport;
    results.push_back(result_json(*done.record, folder, seconds));
    if (!context.json) say(*done.record, folder, seconds);
  }
  if (options.inputs.size() > 1 && !outcome.page.empty()) {
    auto index = write_index(all, folders.parent());
    if (!index) return {.code = graver(outcome.code, report_error(index.error())), .page = outcome.page};
    outcome.page = *index;
    if (!context.json) print("all of them: {}", fs::absolute(*index).lexically_normal().string());
  }
  if (context.json) print_line(results.dump(1, ' ', false, Json::error_handler_t::replace));
  return outcome;
}

}  // namespace vigil::cli
