#include "pipeline/scoring_stage.h"

#include <algorithm>
#include <utility>

#include "behavior/onset.h"
#include "media/nearest_frames.h"

namespace vigil::pipeline {

using core::MediaDuration;
using core::MediaTime;
using core::ScoredWindow;

namespace {

// People who come so much later than windows (one look in ten seconds, say) are not waited for longer.
constexpr std::size_t kMostWaiting = 256;

}  // namespace

core::Result<std::unique_ptr<ScoringStage>> ScoringStage::create(ClipScorer& scorer, const ScoringOptions& options,
                                                                 ScoringSinks sinks) {
  std::unique_ptr<ScoringStage> stage(new ScoringStage(scorer, options, std::move(sinks)));
  auto events = behavior::ViolenceEvents::create(
      options.events, [stage = stage.get()](const ScoredWindow& first, std::optional<MediaTime> previous) {
        return stage->first_violent_frame(first, previous);
      });
  if (!events) return std::unexpected(events.error());
  stage->events_ = std::move(*events);
  return stage;
}

ScoringStage::ScoringStage(ClipScorer& scorer, const ScoringOptions& options, ScoringSinks sinks)
    : scorer_(scorer),
      options_(options),
      sinks_(std::move(sinks)),
      smoother_(options.smoothing),
      people_finished_(!options.with_people) {}

core::Status ScoringStage::push(AssembledWindow window) {
  waiting_.push_back(std::move(window));
  return score_ready();
}

core::Status ScoringStage::push_people(const core::FramePeople& people) {
  people_.push_back(people);
  return score_ready();
}

core::Status ScoringStage::finish_people() {
  people_finished_ = true;
  return score_ready();
}

core::Status ScoringStage::finish() {
  if (auto scored = score_batch(waiting_.size()); !scored) return scored;
  if (auto detected = detect(smoother_.finish()); !detected) return detected;
  return tell(events_->finish());
}

bool ScoringStage::knows_people_of(const AssembledWindow& window) const {
  return people_finished_ || (!people_.empty() && people_.back().time >= window.end);
}

core::Status ScoringStage::score_ready() {
  const auto batch = static_cast<std::size_t>(options_.batch_windows);
  while (waiting_.size() >= batch && (knows_people_of(waiting_[batch - 1]) || waiting_.size() > kMostWaiting)) {
    if (auto scored = score_batch(batch); !scored) return scored;
  }
  return {};
}

std::span<const core::FramePeople> ScoringStage::people_of(const AssembledWindow& window) const {
  const auto begin = std::ranges::lower_bound(people_, window.begin, {}, &core::FramePeople::time);
  const auto end = std::ranges::lower_bound(begin, people_.end(), window.end, {}, &core::FramePeople::time);
  return {begin, end};
}

core::Status ScoringStage::score_batch(std::size_t count) {
  if (count == 0) return {};
  std::vector<vision::SceneWindow> windows;
  for (std::size_t i = 0; i < count; ++i) {
    const AssembledWindow& window = waiting_[i];
    windows.push_back({.frames = show(window.frames, window.begin, window.end),
                       .begin = window.begin,
                       .people = people_of(window),
                       .frame_width_px = options_.frame_width_px,
                       .frame_height_px = options_.frame_height_px});
  }
  auto scores = scorer_.judge(windows);
  if (!scores) return std::unexpected(scores.error());
  for (std::size_t i = 0; i < count; ++i) {
    core::ScoredMoment moment{
        .window = {.begin = waiting_.front().begin, .end = waiting_.front().end, .score = (*scores)[i].scene},
        .people = std::move((*scores)[i].people)};
    history_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
    raw_.push_back(moment.window);
    if (auto detected = detect(smoother_.push(moment)); !detected) return detected;
  }
  if (!waiting_.empty()) {
    const auto kept = std::ranges::lower_bound(people_, waiting_.front().begin, {}, &core::FramePeople::time);
    people_.erase(people_.begin(), kept);
  }
  return {};
}

core::Status ScoringStage::detect(const std::vector<core::ScoredMoment>& smoothed) {
  for (const core::ScoredMoment& moment : smoothed) {
    auto changes = events_->push(moment);
    if (!changes) return std::unexpected(changes.error());
    if (auto logged = sinks_.on_moment(raw_.front(), moment, events_->violent_people()); !logged) return logged;
    raw_.pop_front();
    while (history_.front().begin < moment.window.begin) history_.pop_front();
    if (auto told = tell(*changes); !told) return told;
  }
  return {};
}

core::Status ScoringStage::tell(const std::vector<core::EventChange>& changes) {
  for (const core::EventChange& change : changes) {
    if (auto told = sinks_.on_change(change); !told) return told;
  }
  return {};
}

core::Result<MediaTime> ScoringStage::first_violent_frame(const ScoredWindow& first, std::optional<MediaTime> previous) {
  std::vector<media::Frame> frames;
  for (const AssembledWindow& window : history_) {
    if (window.begin > first.begin) break;
    for (const media::Frame& frame : window.frames) {
      if (frames.empty() || frame.pts() > frames.back().pts()) frames.push_back(frame);
    }
  }
  const MediaDuration length = first.end - first.begin;
  if (previous) previous = std::max(*previous, first.begin - length);
  const MediaDuration step = std::max(length / scorer_.info().frames, MediaDuration::from_us(1));
  auto begin = behavior::find_onset(
      {.first = first, .not_before = previous, .step = step, .threshold = options_.events.scene.threshold_on},
      [&](const std::vector<MediaTime>& begins) { return score_at(begins, length, frames); });
  if (!begin) return begin;
  const bool from_the_start = !previous && *begin == first.begin - length / 2;
  if (from_the_start) return frames.front().pts();
  const auto shown = show(frames, *begin, *begin + length);
  return shown[shown.size() / 2].pts();
}

vision::FrameWindow ScoringStage::show(const std::vector<media::Frame>& frames, MediaTime begin, MediaTime end) const {
  const vision::ClipClassifierInfo& info = scorer_.info();
  if (info.frame_interval == MediaDuration()) return choose_frames(frames, begin, end, info.frames);
  std::vector<MediaTime> times;
  for (const media::Frame& frame : frames) times.push_back(frame.pts());
  vision::FrameWindow chosen;
  for (const std::size_t i : media::nearest_frames(times, begin, {.interval = info.frame_interval, .count = info.frames})) {
    chosen.push_back(frames[i]);
  }
  return chosen;
}

core::Result<std::vector<double>> ScoringStage::score_at(const std::vector<MediaTime>& begins, MediaDuration length,
                                                         const std::vector<media::Frame>& frames) {
  std::vector<double> all;
  const auto batch = static_cast<std::size_t>(options_.batch_windows);
  for (std::size_t next = 0; next < begins.size(); next += batch) {
    std::vector<vision::SceneWindow> windows;
    for (std::size_t i = next; i < std::min(next + batch, begins.size()); ++i) {
      windows.push_back({.frames = show(frames, begins[i], begins[i] + length), .begin = begins[i]});
    }
    auto scores = scorer_.judge(windows);
    if (!scores) return std::unexpected(scores.error());
    for (const vision::SceneScore& each : *scores) all.push_back(each.scene);
  }
  return all;
}

}  // namespace vigil::pipeline
