#include "pipeline/analysis.h"

#include <chrono>
#include <format>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "behavior/score_envelope.h"
#include "core/log.h"
#include "media/source.h"
#include "pipeline/analysis_files.h"
#include "pipeline/annotate.h"
#include "pipeline/evidence.h"
#include "pipeline/frame_stage.h"
#include "pipeline/people_curve.h"
#include "pipeline/people_log.h"
#include "pipeline/people_stage.h"
#include "pipeline/people_verdicts.h"
#include "pipeline/score_log.h"
#include "pipeline/scoring_stage.h"

namespace vigil::pipeline {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kRewriteInterval = std::chrono::seconds(2);

std::string title_of(const std::string& input, const media::SourceInfo& info) {
  const bool is_url = info.live || input.contains("://");
  return is_url ? info.name : std::filesystem::path(input).filename().string();
}

// The files and figures of one analysis while it runs.
class AnalysisRun {
 public:
  AnalysisRun(const AnalysisRequest& request, const vision::ClipClassifierInfo& classifier, const media::SourceInfo& source,
              AnalysisFiles files, ScoreLog log, std::optional<PeopleLog> people)
      : request_(request),
        files_(std::move(files)),
        log_(std::move(log)),
        people_log_(std::move(people)),
        timeline_(kTimelinePoints),
        people_(kTimelinePoints),
        evidence_{.input = request.input, .info = source, .stop = request.stop} {
    record_.title = title_of(request.input, source);
    record_.source = source;
    record_.classifier = classifier;
    record_.options = request.options;
    if (request.people) record_.people.emplace(request.people->info());
  }

  ScoringSinks sinks() {
    return {.on_moment =
                [this](const core::ScoredWindow& raw, const core::ScoredMoment& smoothed,
                       const std::vector<std::int64_t>& violent) {
                  if (auto kept = keep_score(raw, smoothed.window.score); !kept) return kept;
                  return keep_people(verdicts_.push(smoothed, violent));
                },
            .on_change =
                [this](const core::EventChange& change) {
                  return change.state == core::EventState::kEnded ? keep_event(change.event) : core::Status();
                }};
  }

  // What the people stage finds goes to `scoring`, and on to the log with its verdict.
  PeopleStage::Sink people_sink(ScoringStage& scoring) {
    return [this, &scoring](const core::FramePeople& frame) {
      people_.push(frame);
      if (auto pushed = scoring.push_people(frame); !pushed) return pushed;
      return keep_people(verdicts_.push(frame));
    };
  }

  // Takes every item that `frames` gives, `first` before them. `people` may be null.
  core::Status work(ScoringStage& scoring, PeopleStage* people, StageItem first, FrameStage& frames) {
    if (auto written = write_events(); !written) return written;
    for (std::optional<StageItem> item = std::move(first); item; item = frames.next()) {
      if (request_.stop.stop_requested()) break;
      if (auto taken = take(scoring, people, std::move(*item)); !taken) return taken;
      if (auto written = write_now_and_then(); !written) return written;
    }
    if (people) {
      if (auto finished = people->finish(); !finished) return finished;
      record_.people->stats = people->stats();
      record_.times = people->times();
      if (auto finished = scoring.finish_people(); !finished) return finished;
    }
    record_.times.push_back(scoring_time_);
    if (request_.stop.stop_requested()) return {};
    const core::StageClock clock(record_.times.back(), 0);
    auto finished = scoring.finish();
    record_.in_progress.reset();
    if (!finished) return finished;
    return keep_people(verdicts_.finish());
  }

  // What comes after the last window: the annotated video, the strip, the final events.json and report.
  core::Result<AnalysisRecord> complete(const FrameOutcome& outcome) {
    record_.stats = outcome.stats;
    record_.dropped = outcome.dropped;
    record_.times.insert(record_.times.begin(), outcome.decode);
    record_.interrupted = request_.stop.stop_requested();
    if (!record_.interrupted) record_.analysed_until = outcome.stream_end;
    warn_of_losses(outcome);
    if (auto synced = log_.sync(); !synced) return std::unexpected(synced.error());
    if (people_log_) {
      if (auto synced = people_log_->sync(); !synced) return std::unexpected(synced.error());
    }
    if (!record_.interrupted && request_.options.annotate) {
      if (auto annotated = annotate(); !annotated) return std::unexpected(annotated.error());
    }
    if (!request_.stop.stop_requested()) {
      record_.strip = collect_strip(evidence_, record_.analysed_until - core::MediaTime(), kStripPictures, files_);
    }
    record_.interrupted = request_.stop.stop_requested();
    record_.complete = !record_.interrupted;
    if (auto written = write_report(); !written) return std::unexpected(written.error());
    if (auto written = write_events(); !written) return std::unexpected(written.error());
    return std::move(record_);
  }

 private:
  core::Status take(ScoringStage& scoring, PeopleStage* people, StageItem item) {
    if (auto* frame = std::get_if<media::Frame>(&item)) {
      auto pushed = people->push(*frame);
      record_.people->stats = people->stats();
      return pushed;
    }
    const core::StageClock clock(scoring_time_, 1);
    auto pushed = scoring.push(std::move(std::get<AssembledWindow>(item)));
    record_.in_progress = scoring.in_progress();
    return pushed;
  }

  core::Status keep_score(const core::ScoredWindow& raw, double smoothed) {
    const core::ScoredWindow shown{.begin = raw.begin, .end = raw.end, .score = smoothed};
    timeline_.push(shown);
    if (!record_.highest || smoothed > record_.highest->score) record_.highest = shown;
    ++record_.windows;
    record_.analysed_until = raw.end;
    report_progress();
    return log_.append(raw, smoothed);
  }

  core::Status keep_people(const std::vector<core::FramePeople>& frames) {
    for (const core::FramePeople& frame : frames) {
      if (auto kept = people_log_->append(frame); !kept) return kept;
    }
    return {};
  }

  core::Status keep_event(const core::Event& event) {
    EventRecord kept{.event = event, .clip = {}, .poster = {}, .notes = {}};
    kept.event.id = static_cast<std::int64_t>(record_.events.size()) + 1;
    kept.event.source = record_.title;
    collect_evidence(evidence_, request_.options, files_, kept);
    for (const std::string& note : kept.notes) warn(std::format("event {}: {}", kept.event.id, note));
    record_.events.push_back(std::move(kept));
    record_.in_progress.reset();
    if (auto written = write_report(); !written) return written;
    return write_events();
  }

  void warn_of_losses(const FrameOutcome& outcome) {
    if (outcome.error && outcome.error->code != core::ErrorCode::kCancelled) {
      warn(std::format("the video breaks off at {}: {}", core::format_clock(outcome.stream_end), outcome.error->message));
    }
    if (outcome.stats.corrupt_packets > 0) {
      warn(std::format("{} corrupt packets were skipped", outcome.stats.corrupt_packets));
    }
    if (outcome.dropped > 0) {
      warn(std::format("{} windows and frames were dropped: this machine is too slow for the stream", outcome.dropped));
    }
  }

  void warn(std::string text) {
    core::log_warning("{}: {}", record_.title, text);
    record_.warnings.push_back(std::move(text));
  }

  core::Status annotate() {
    auto annotated =
        annotate_video({.input = request_.input,
                        .scores = files_.path(AnalysisFiles::kScores),
                        .tracks = record_.people ? files_.path(AnalysisFiles::kTracks) : std::filesystem::path(),
                        .target = files_.path(AnalysisFiles::kAnnotated),
                        .stop = request_.stop,
                        .progress = request_.progress},
                       record_);
    record_.has_annotated = annotated.has_value();
    const bool cancelled = !annotated && annotated.error().code == core::ErrorCode::kCancelled;
    return cancelled ? core::Status() : annotated;
  }

  core::Status write_now_and_then() { return Clock::now() - written_ < kRewriteInterval ? core::Status() : write_events(); }

  core::Status write_events() {
    written_ = Clock::now();
    return files_.write_events(events_json(record_));
  }

  core::Status write_report() {
    record_.has_report = true;
    return files_.write_report(report_page(record_, timeline_.points(), people_.points()));
  }

  void report_progress() {
    if (!request_.progress) return;
    const double elapsed = std::chrono::duration<double>(Clock::now() - started_).count();
    const double done = record_.analysed_until.seconds();
    const std::size_t events = record_.events.size() + (record_.in_progress ? 1 : 0);
    std::string note = std::format("{:.1f}x real time", done / std::max(elapsed, 1e-3));
    if (events > 0) note += std::format(", {} {}", events, events == 1 ? "event" : "events");
    request_.progress({.done = done, .total = record_.source.duration.seconds(), .unit = "s", .note = std::move(note)});
  }

  const AnalysisRequest& request_;
  AnalysisFiles files_;
  ScoreLog log_;
  std::optional<PeopleLog> people_log_;
  core::StageTime scoring_time_{.stage = "clip classifier"};
  behavior::ScoreEnvelope timeline_;
  PeopleCurve people_;
  PeopleVerdicts verdicts_;
  EvidenceSource evidence_;
  AnalysisRecord record_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point written_ = Clock::now();
};

behavior::ViolenceEventOptions violence_options(const behavior::EventDetectorOptions& scene) {
  return {.scene = scene, .person_on = scene.threshold_on, .person_off = scene.threshold_off};
}

core::Error nothing_to_see(const std::string& name, const FrameOutcome& outcome) {
  if (outcome.error) return *outcome.error;
  return {core::ErrorCode::kUnreadable, std::format("{}: the video holds no picture", name)};
}

}  // namespace

core::Result<AnalysisRecord> analyze_video(ClipScorer& scorer, const AnalysisRequest& request) {
  const vision::ClipClassifierInfo& classifier = scorer.info();
  if (auto valid = request.options.validate(classifier.window); !valid) return std::unexpected(valid.error());
  media::SourceOptions wanted{.size = classifier.input_size,
                              .format = classifier.format,
                              .decoder_threads = request.options.decoder_threads,
                              .stop = request.stop};
  if (request.people) wanted.second = media::View{};
  auto source = media::Source::open(request.input, wanted);
  if (!source) return std::unexpected(source.error());
  const media::SourceInfo info = (*source)->info();
  FrameStage frames(std::move(*source),
                    {.windows = {.window = classifier.window, .stride = request.options.stride},
                     .people_fps = request.people ? std::optional(request.options.people_fps) : std::nullopt});
  auto first = frames.next();
  if (!first) return std::unexpected(nothing_to_see(info.name, frames.outcome()));

  auto files = AnalysisFiles::prepare(request.out);
  if (!files) return std::unexpected(files.error());
  auto log = ScoreLog::create(files->path(AnalysisFiles::kScores));
  if (!log) return std::unexpected(log.error());
  std::optional<PeopleLog> people_log;
  if (request.people) {
    auto created = PeopleLog::create(files->path(AnalysisFiles::kTracks));
    if (!created) return std::unexpected(created.error());
    people_log = std::move(*created);
  }
  AnalysisRun run(request, classifier, info, std::move(*files), std::move(*log), std::move(people_log));
  auto stage = ScoringStage::create(scorer,
                                    {.events = violence_options(request.options.detector),
                                     .smoothing = request.options.smoothing,
                                     .batch_windows = request.options.batch_windows,
                                     .with_people = request.people != nullptr,
                                     .frame_width_px = info.width_px,
                                     .frame_height_px = info.height_px},
                                    run.sinks());
  if (!stage) return std::unexpected(stage.error());
  std::unique_ptr<PeopleStage> people;
  if (request.people) {
    auto created = PeopleStage::create(*request.people, request.options.people, run.people_sink(**stage));
    if (!created) return std::unexpected(created.error());
    people = std::move(*created);
  }
  if (auto worked = run.work(**stage, people.get(), std::move(*first), frames); !worked) {
    return std::unexpected(worked.error());
  }
  frames.stop();
  return run.complete(frames.outcome());
}

}  // namespace vigil::pipeline
