#include "pipeline/analysis.h"

#include <chrono>
#include <format>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "behavior/rule_engine.h"
#include "behavior/score_envelope.h"
#include "core/atomic_file.h"
#include "core/log.h"
#include "media/source.h"
#include "pipeline/analysis_files.h"
#include "pipeline/annotate.h"
#include "pipeline/event_boxes.h"
#include "pipeline/event_names.h"
#include "pipeline/evidence.h"
#include "pipeline/frame_stage.h"
#include "pipeline/people_curve.h"
#include "pipeline/people_evidence.h"
#include "pipeline/people_log.h"
#include "pipeline/people_stage.h"
#include "pipeline/people_verdicts.h"
#include "pipeline/score_log.h"
#include "pipeline/scoring_stage.h"

namespace vigil::pipeline {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kRewriteInterval = std::chrono::seconds(2);
constexpr auto kReportInterval = std::chrono::seconds(10);
constexpr std::size_t kPicturedFrames = 6000;  // of an event, among which the best pictures of people are looked for

// The files and figures of one analysis while it runs.
class AnalysisRun {
 public:
  AnalysisRun(const AnalysisRequest& request, const vision::ClipClassifierInfo& classifier, const std::string& person_model,
              const media::SourceInfo& source, AnalysisFiles files, ScoreLog log, std::optional<PeopleLog> people)
      : request_(request),
        files_(std::move(files)),
        log_(std::move(log)),
        people_log_(std::move(people)),
        timeline_(kTimelinePoints),
        people_(kTimelinePoints),
        evidence_{.input = request.input,
                  .info = source,
                  .stop = request.stop,
                  .mask = {.regions = request.options.rules.privacy_masks}},
        people_evidence_(request.faces) {
    record_.title = video_title(request.input, source);
    record_.source = source;
    record_.classifier = classifier;
    record_.options = request.options;
    if (request.people) record_.people.emplace(request.people->info());
    record_.person_model = person_model;
  }

  // Errors: kInvalidArgument (the rules).
  core::Status watch(const behavior::RuleSet& rules) {
    if (rules.rules.empty()) return {};
    auto engine = behavior::RuleEngine::create(rules, {.frame_width_px = record_.source.width_px,
                                                       .frame_height_px = record_.source.height_px,
                                                       .time_zero = request_.options.time_zero});
    if (!engine) return std::unexpected(engine.error());
    rules_ = std::move(*engine);
    return {};
  }

  ScoringSinks sinks() {
    return {.on_moment =
                [this](const core::ScoredWindow& raw, const core::ScoredMoment& smoothed,
                       const std::vector<std::int64_t>& violent) {
                  if (auto kept = keep_score(raw, smoothed.window.score); !kept) return kept;
                  return keep_people(verdicts_.push(smoothed, violent));
                },
            .on_change = [this](const core::EventChange& change) { return keep_changes({change}); }};
  }

  // What the people stage finds goes to `scoring`, and on to the log with its verdict.
  PeopleStage::Sink people_sink(ScoringStage& scoring) {
    return [this, &scoring](const core::FramePeople& frame) {
      people_.push(frame);
      if (rules_) {
        if (auto told = keep_changes(rules_->push(frame)); !told) return told;
      }
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
      if (rules_) {
        if (auto told = keep_changes(rules_->finish()); !told) return told;
      }
      if (auto finished = scoring.finish_people(); !finished) return finished;
    }
    record_.times.push_back(scoring_time_);
    // Interrupted: what was found is kept, people whose last windows were not scored too.
    if (request_.stop.stop_requested()) return keep_people(verdicts_.finish());
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
    if (auto pictured = picture_people(/*all=*/true); !pictured) return std::unexpected(pictured.error());
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
      logged_until_ = frame.time;
    }
    return frames.empty() ? core::Status() : picture_people(/*all=*/false);
  }

  core::Status keep_changes(const std::vector<core::EventChange>& changes) {
    for (const core::EventChange& change : changes) {
      if (change.state != core::EventState::kEnded) continue;
      if (auto kept = keep_event(change.event); !kept) return kept;
    }
    return {};
  }

  // The people of events whose clips end before what is logged by now; of all of them at the end.
  core::Status picture_people(bool all) {
    if (!people_log_ || unpictured_.empty()) return {};
    bool changed = false;
    for (auto event = unpictured_.begin(); event != unpictured_.end();) {
      EventRecord& record = record_.events[*event];
      const core::MediaTime begin = record.clip ? record.clip->begin : record.event.begin;
      const core::MediaTime end = record.clip ? record.clip->end : record.event.end;
      if (!all && logged_until_ < end) {
        ++event;
        continue;
      }
      if (auto synced = people_log_->sync(); !synced) return synced;
      const std::filesystem::path tracks = files_.path(AnalysisFiles::kTracks);
      const std::string name = numbered_event(record.event.id).boxes();
      if (auto written = write_event_boxes(tracks, begin, end, files_.path(name)); !written) return written;
      record.boxes = name;
      const auto frames = read_people(files_.path(name), record.event.begin, record.event.end, kPicturedFrames);
      if (!frames) return std::unexpected(frames.error());
      people_evidence_.collect(evidence_, *frames, {.folder = files_.folder(), .names = numbered_event(record.event.id)},
                               record);
      if (auto written = write_page(record); !written) return written;
      event = unpictured_.erase(event);
      changed = true;
    }
    if (!changed) return {};
    if (auto written = write_report_now_and_then(); !written) return written;
    return write_events();
  }

  core::Status keep_event(const core::Event& event) {
    EventRecord kept{.event = event, .clip = {}, .poster = {}, .boxes = {}, .people = {}, .page = {}, .notes = {}};
    kept.event.id = static_cast<std::int64_t>(record_.events.size()) + 1;
    kept.event.source = record_.title;
    const auto collected = collect_evidence(evidence_, request_.options, files_, kept);
    if (!collected && request_.needs_evidence) return collected;
    for (const std::string& note : kept.notes) warn(std::format("event {}: {}", kept.event.id, note));
    unpictured_.push_back(record_.events.size());
    record_.events.push_back(std::move(kept));
    if (event.kind == core::kViolence) record_.in_progress.reset();
    if (auto written = write_page(record_.events.back()); !written) return written;
    if (auto written = write_report_now_and_then(); !written) return written;
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
                        .mask = evidence_.mask,
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

  core::Status write_page(EventRecord& event) {
    event.page = numbered_event(event.event.id).page();
    return core::write_file_atomically(files_.path(event.page), event_page(record_, event, files_.folder()));
  }

  // The page holds the boxes of every event: of many events it is not written anew for each.
  core::Status write_report_now_and_then() {
    return record_.has_report && Clock::now() - reported_ < kReportInterval ? core::Status() : write_report();
  }

  core::Status write_report() {
    reported_ = Clock::now();
    record_.has_report = true;
    return files_.write_report(report_page(record_, timeline_.points(), people_.points(), files_.folder()));
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
  PeopleEvidence people_evidence_;
  std::optional<behavior::RuleEngine> rules_;
  std::vector<std::size_t> unpictured_;  // events whose people are still to be pictured
  core::MediaTime logged_until_ = core::MediaTime::min();
  AnalysisRecord record_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point written_ = Clock::now();
  Clock::time_point reported_ = Clock::now();
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
  AnalysisRun run(request, classifier, scorer.person_model(), info, std::move(*files), std::move(*log),
                  std::move(people_log));
  if (auto watched = run.watch(request.options.rules.rules); !watched) return std::unexpected(watched.error());
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
