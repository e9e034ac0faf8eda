#include "pipeline/watch.h"

#include <algorithm>
#include <chrono>
#include <format>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "behavior/rule_engine.h"
#include "pipeline/event_keeper.h"
#include "pipeline/live_frames.h"
#include "pipeline/people_stage.h"
#include "pipeline/people_verdicts.h"
#include "pipeline/recent_people.h"
#include "pipeline/scoring_stage.h"

namespace vigil::pipeline {
namespace {

using core::MediaDuration;
using core::MediaTime;
using Clock = std::chrono::steady_clock;

constexpr const char* kRing = "live";
// People of a moment are wanted now; so much later they are surer of who was real.
constexpr auto kPeopleDelay = MediaDuration::from_us(200'000);
constexpr auto kQuietBeyondPause = MediaDuration::from_us(1'000'000);

std::chrono::microseconds chrono_of(MediaDuration duration) { return std::chrono::microseconds(duration.us()); }

PeopleOptions live_people(PeopleOptions options) {
  options.batch_frames = 1;
  options.history = {.delay = kPeopleDelay, .fill_gaps = kPeopleDelay};
  return options;
}

// What makes one event out of its changes.
using EventKey = std::tuple<std::string, std::string, std::int64_t, std::int64_t>;

EventKey key_of(const core::Event& event) {
  // Who takes part in the others changes while they last; of those there is one at a time.
  const bool of_one_person = event.kind != core::kViolence && event.people.size() == 1;
  return {event.kind, event.rule, event.begin.us(), of_one_person ? event.people.front().id : 0};
}

class Watch {
 public:
  Watch(ClipScorer& scorer, const WatchRequest& request, const WatchSinks& sinks)
      : scorer_(scorer),
        request_(request),
        options_(request.options.analysis),
        sinks_(sinks),
        recent_people_(request.options.keep) {
    options_.people = live_people(options_.people);
  }

  core::Status start() {
    auto recorder = media::LiveRecorder::create(
        {.folder = request_.out / kRing, .keep = request_.options.keep, .keep_bytes = request_.options.keep_bytes});
    if (!recorder) return std::unexpected(recorder.error());
    recorder_ = std::move(*recorder);
    if (auto started = start_frames(); !started) return started;
    auto keeper = EventKeeper::create(
        *recorder_, [this](MediaTime time) { return frames_->source().moment_of(time); },
        {.folder = request_.out,
         .pre_roll = options_.pre_roll,
         .post_roll = options_.post_roll,
         .mask = {.regions = options_.rules.privacy_masks},
         .people = request_.people ? &recent_people_ : nullptr,
         .faces = request_.faces},
        [this](const WatchedEvent& event) { return say(event); });
    if (!keeper) return std::unexpected(keeper.error());
    keeper_ = std::move(*keeper);
    return {};
  }

  core::Result<WatchSummary> run() {
    if (auto worked = work(); !worked) return std::unexpected(worked.error());
    const auto error = frames_->wait();
    summary_.frames = frames_->frames();
    summary_.dropped = frames_->dropped();
    summary_.interrupted = request_.stop.stop_requested();
    if (auto saved = keeper_->finish(); !saved) return std::unexpected(saved.error());
    if (error && !summary_.interrupted) return std::unexpected(*error);
    return summary_;
  }

 private:
  core::Status start_frames() {
    const vision::ClipClassifierInfo& classifier = scorer_.info();
    media::LiveSourceOptions wanted{.source = {.size = classifier.input_size,
                                               .format = classifier.format,
                                               .decoder_threads = options_.decoder_threads,
                                               .stop = request_.stop},
                                    .realtime = request_.realtime,
                                    .loop = request_.loop,
                                    .frozen_after = request_.options.frozen_after,
                                    .back_off = request_.options.back_off,
                                    .taps = {&recorder_->tap()}};
    wanted.taps.insert(wanted.taps.end(), request_.taps.begin(), request_.taps.end());
    const bool pictures = request_.people || sinks_.on_frame;
    if (pictures) wanted.source.second = media::View{};
    auto frames = LiveFrames::create(request_.url, std::move(wanted),
                                     {.windows = {.window = classifier.window, .stride = options_.stride},
                                      .people_fps = pictures ? std::optional(options_.people_fps) : std::nullopt},
                                     [this](const media::StreamChange& change) {
                                       const std::scoped_lock lock(saying_);
                                       if (sinks_.on_stream) sinks_.on_stream(change);
                                     });
    if (!frames) return std::unexpected(frames.error());
    frames_ = std::move(*frames);
    return {};
  }

  core::Status work() {
    const auto quiet = chrono_of(options_.detector.merge_gap + kQuietBeyondPause);
    while (!frames_->done()) {
      auto item = frames_->next(quiet);
      auto taken = item ? take(std::move(*item)) : end_open();
      if (!taken) return taken;
      say_status_now_and_then();
    }
    if (people_) {
      if (auto finished = people_->finish(); !finished) return finished;
    }
    return end_open();
  }

  core::Status take(StageItem item) {
    if (!scoring_) {
      if (auto begun = begin_stages(); !begun) return begun;
    }
    if (const auto* frame = std::get_if<media::Frame>(&item)) {
      show(*frame);
      return people_ ? people_->push(*frame) : core::Status();
    }
    return scoring_->push(std::move(std::get<AssembledWindow>(item)));
  }

  // The first time, and after a break that ended all that was open.
  core::Status begin_stages() {
    const media::SourceInfo info = frames_->source().info().value_or(media::SourceInfo());
    if (width_px_ == 0) {
      width_px_ = info.width_px;
      height_px_ = info.height_px;
      name_ = video_title(request_.url, info);
      options_.time_zero = time_zero();
      keeper_->describe(about(info));
    }
    const behavior::EventDetectorOptions& scene = options_.detector;
    auto scoring =
        ScoringStage::create(scorer_,
                             {.events = {.scene = scene, .person_on = scene.threshold_on, .person_off = scene.threshold_off},
                              .smoothing = options_.smoothing,
                              .batch_windows = 1,
                              .with_people = request_.people != nullptr,
                              .frame_width_px = width_px_,
                              .frame_height_px = height_px_},
                             {.on_moment =
                                  [this](const core::ScoredWindow& raw, const core::ScoredMoment& smoothed,
                                         const std::vector<std::int64_t>& violent) {
                                    measure_delay(raw.end);
                                    show(smoothed, violent);
                                    if (request_.people) keep_people(verdicts_.push(smoothed, violent));
                                    return core::Status();
                                  },
                              .on_change = [this](const core::EventChange& change) { return tell(change); }});
    if (!scoring) return std::unexpected(scoring.error());
    scoring_ = std::move(*scoring);
    if (!request_.people) return {};
    if (auto begun = begin_rules(); !begun || people_) return begun;
    auto people = PeopleStage::create(*request_.people, options_.people,
                                      [this](const core::FramePeople& frame) { return take_people(frame); });
    if (!people) return std::unexpected(people.error());
    people_ = std::move(*people);
    return {};
  }

  // When the first picture was shown, by this machine's clock and zone.
  std::chrono::zoned_seconds time_zero() {
    const auto zero = frames_->source().wall_time(MediaTime()).value_or(std::chrono::system_clock::now());
    return {std::chrono::current_zone(), std::chrono::floor<std::chrono::seconds>(zero)};
  }

  AnalysisRecord about(const media::SourceInfo& info) const {
    AnalysisRecord about;
    about.title = name_;
    about.source = info;
    about.source.live = true;
    about.classifier = scorer_.info();
    about.person_model = scorer_.person_model();
    about.options = options_;
    if (request_.people) about.people.emplace(request_.people->info());
    about.watched = true;
    return about;
  }

  void keep_people(std::vector<core::FramePeople> frames) {
    for (core::FramePeople& frame : frames) recent_people_.push(std::move(frame));
  }

  core::Status begin_rules() {
    rules_.reset();
    if (options_.rules.rules.rules.empty()) return {};
    auto rules = behavior::RuleEngine::create(
        options_.rules.rules, {.frame_width_px = width_px_, .frame_height_px = height_px_, .time_zero = options_.time_zero});
    if (!rules) return std::unexpected(rules.error());
    rules_ = std::move(*rules);
    return {};
  }

  core::Status take_people(const core::FramePeople& frame) {
    if (!scoring_) return {};
    if (rules_) {
      for (const core::EventChange& change : rules_->push(frame)) {
        if (auto told = tell(change); !told) return told;
      }
    }
    show(frame);
    if (auto pushed = scoring_->push_people(frame); !pushed) return pushed;
    keep_people(verdicts_.push(frame));
    return {};
  }

  void show(const media::Frame& frame) {
    const std::scoped_lock lock(saying_);
    if (sinks_.on_frame) sinks_.on_frame(frame);
  }

  void show(const core::ScoredMoment& moment, const std::vector<std::int64_t>& violent) {
    latest_.clear();
    for (const core::PersonScore& person : moment.people) latest_[person.id] = {.score = person.score, .violent = false};
    for (const std::int64_t id : violent) latest_[id].violent = true;
    const std::scoped_lock lock(saying_);
    const bool is_violent = !violent.empty() || moment.window.score >= options_.detector.threshold_on;
    if (sinks_.on_score) sinks_.on_score(moment.window, is_violent);
  }

  // The verdict about now comes with the windows of now; until then the last one stands.
  void show(core::FramePeople frame) {
    if (!sinks_.on_people) return;
    for (core::TrackedPerson& person : frame.people) {
      const auto verdict = latest_.find(person.track.id);
      if (verdict == latest_.end()) continue;
      person.violence = verdict->second.score;
      person.violent = verdict->second.violent;
    }
    const auto shown = frames_->source().wall_time(frame.time).value_or(std::chrono::system_clock::now());
    const std::scoped_lock lock(saying_);
    sinks_.on_people(frame, shown);
  }

  core::Status end_open() {
    if (!scoring_) return {};
    if (rules_) {
      for (const core::EventChange& change : rules_->finish()) {
        if (auto told = tell(change); !told) return told;
      }
      rules_.reset();
    }
    if (auto finished = scoring_->finish_people(); !finished) return finished;
    auto finished = scoring_->finish();
    scoring_.reset();
    keep_people(verdicts_.finish());
    verdicts_ = {};
    return finished;
  }

  core::Status tell(const core::EventChange& change) {
    const EventKey key = key_of(change.event);
    if (change.state == core::EventState::kConfirmed) {
      WatchedEvent event{.state = change.state, .time = {}, .latency = {}, .record = {}};
      event.record.event = change.event;
      event.record.event.id = ++summary_.events;
      event.record.event.source = name_;
      const media::LiveSource& source = frames_->source();
      event.time = source.wall_time(change.event.first_violent).value_or(std::chrono::system_clock::now());
      const auto shown = source.moment_of(change.event.first_violent).value_or(Clock::now());
      event.latency =
          MediaDuration::from_us(std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - shown).count());
      open_.insert_or_assign(key, Open{.id = summary_.events, .time = event.time, .latency = event.latency});
      keeper_->began(summary_.events, change.event.begin);
      return say(event);
    }
    const auto open = open_.find(key);
    if (open == open_.end()) return {};
    WatchedEvent event{.state = change.state, .time = open->second.time, .latency = open->second.latency, .record = {}};
    event.record.event = change.event;
    event.record.event.id = open->second.id;
    event.record.event.source = name_;
    open_.erase(open);
    return keeper_->ended(std::move(event));
  }

  core::Status say(const WatchedEvent& event) {
    const std::scoped_lock lock(saying_);
    return sinks_.on_event ? sinks_.on_event(event) : core::Status();
  }

  void measure_delay(MediaTime end) {
    const auto shown = frames_->source().moment_of(end);
    if (shown && delays_.size() < kMostDelays)
      delays_.push_back(std::chrono::duration<double>(Clock::now() - *shown).count());
  }

  void say_status_now_and_then() {
    const auto now = Clock::now();
    const double passed = std::chrono::duration<double>(now - status_at_).count();
    if (passed < request_.options.status_every.seconds()) return;
    WatchStatus status{.time = std::chrono::system_clock::now(),
                       .fps = static_cast<double>(frames_->frames() - status_frames_) / passed,
                       .dropped = frames_->dropped(),
                       .delay_p95 = {},
                       .frames = frames_->frames(),
                       .recorded_mb = static_cast<double>(recorder_->bytes()) / 1e6};
    if (!delays_.empty()) {
      const auto p95 = delays_.begin() + static_cast<std::ptrdiff_t>((delays_.size() - 1) * 95 / 100);
      std::ranges::nth_element(delays_, p95);
      status.delay_p95 = *p95;
    }
    delays_.clear();
    status_at_ = now;
    status_frames_ = status.frames;
    const std::scoped_lock lock(saying_);
    if (sinks_.on_status) sinks_.on_status(status);
  }

  struct Open {
    std::int64_t id = 0;
    WallTime time;
    MediaDuration latency;
  };
  struct Verdict {
    double score = 0;
    bool violent = false;
  };
  static constexpr std::size_t kMostDelays = 10'000;  // between two statuses

  ClipScorer& scorer_;
  const WatchRequest& request_;
  AnalysisOptions options_;
  const WatchSinks& sinks_;
  std::mutex saying_;
  int width_px_ = 0, height_px_ = 0;  // of the first connection, as of all frames
  std::string name_;
  std::map<EventKey, Open> open_;
  WatchSummary summary_;
  std::vector<double> delays_;  // of windows since the last status, in seconds
  PeopleVerdicts verdicts_;
  std::map<std::int64_t, Verdict> latest_;  // of the people in the last window scored
  RecentPeople recent_people_;
  Clock::time_point status_at_ = Clock::now();
  std::uint64_t status_frames_ = 0;
  std::unique_ptr<media::LiveRecorder> recorder_;
  std::unique_ptr<LiveFrames> frames_;
  std::unique_ptr<EventKeeper> keeper_;
  std::unique_ptr<ScoringStage> scoring_;  // null: nothing came since the last break
  std::unique_ptr<PeopleStage> people_;
  std::optional<behavior::RuleEngine> rules_;
};

}  // namespace

core::Status WatchOptions::validate(MediaDuration window) const {
  if (auto valid = analysis.validate(window); !valid) return valid;
  if (status_every.us() > 0) return {};
  return core::fail(core::ErrorCode::kInvalidArgument,
                    std::format("status every {} s: must be above 0", status_every.seconds()));
}

core::Result<WatchSummary> watch_stream(ClipScorer& scorer, const WatchRequest& request, const WatchSinks& sinks) {
  if (auto valid = request.options.validate(scorer.info().window); !valid) return std::unexpected(valid.error());
  Watch watch(scorer, request, sinks);
  if (auto started = watch.start(); !started) return std::unexpected(started.error());
  return watch.run();
}

}  // namespace vigil::pipeline
