#include "pipeline/scoring_stage.h"

#include <algorithm>
#include <utility>

#include "behavior/onset.h"
#include "media/nearest_frames.h"

namespace vigil::pipeline {

using core::MediaDuration;
using core::MediaTime;
using core::ScoredWindow;

core::Result<std::unique_ptr<ScoringStage>> ScoringStage::create(ClipScorer& scorer, const ScoringOptions& options,
                                                                 ScoringSinks sinks) {
  std::unique_ptr<ScoringStage> stage(new ScoringStage(scorer, options, std::move(sinks)));
  auto detector = behavior::EventDetector::create(
      options.detector, [stage = stage.get()](const ScoredWindow& first, std::optional<MediaTime> previous) {
        return stage->first_violent_frame(first, previous);
      });
  if (!detector) return std::unexpected(detector.error());
  stage->detector_ = std::move(*detector);
  return stage;
}

ScoringStage::ScoringStage(ClipScorer& scorer, const ScoringOptions& options, ScoringSinks sinks)
    : scorer_(scorer), options_(options), sinks_(std::move(sinks)), smoother_(options.smoothing) {}

core::Status ScoringStage::push(AssembledWindow window) {
  batch_.push_back(std::move(window));
  return batch_.size() < static_cast<std::size_t>(options_.batch_windows) ? core::Status() : score_batch();
}

core::Status ScoringStage::finish() {
  if (auto scored = score_batch(); !scored) return scored;
  if (auto detected = detect(smoother_.finish()); !detected) return detected;
  return tell_ended(detector_->finish());
}

core::Status ScoringStage::score_batch() {
  if (batch_.empty()) return {};
  std::vector<vision::FrameWindow> windows;
  for (const AssembledWindow& window : batch_) {
    windows.push_back(show(window.frames, window.begin, window.end));
  }
  auto scores = scorer_.score(windows);
  if (!scores) return std::unexpected(scores.error());
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    const ScoredWindow raw{.begin = batch_[i].begin, .end = batch_[i].end, .score = (*scores)[i]};
    history_.push_back(std::move(batch_[i]));
    raw_.push_back(raw);
    if (auto detected = detect(smoother_.push(raw)); !detected) return detected;
  }
  batch_.clear();
  return {};
}

core::Status ScoringStage::detect(const std::vector<ScoredWindow>& smoothed) {
  for (const ScoredWindow& window : smoothed) {
    if (auto logged = sinks_.on_score(raw_.front(), window.score); !logged) return logged;
    raw_.pop_front();
    const auto changes = detector_->push(window);
    if (!changes) return std::unexpected(changes.error());
    while (history_.front().begin < window.begin) history_.pop_front();
    if (auto told = tell_ended(*changes); !told) return told;
  }
  return {};
}

core::Status ScoringStage::tell_ended(const std::vector<core::EventChange>& changes) {
  for (const core::EventChange& change : changes) {
    if (change.state != core::EventState::kEnded) continue;
    if (auto kept = sinks_.on_event(change.event); !kept) return kept;
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
      {.first = first, .not_before = previous, .step = step, .threshold = options_.detector.threshold_on},
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
    std::vector<vision::FrameWindow> windows;
    for (std::size_t i = next; i < std::min(next + batch, begins.size()); ++i) {
      windows.push_back(show(frames, begins[i], begins[i] + length));
    }
    auto scores = scorer_.score(windows);
    if (!scores) return scores;
    all.insert(all.end(), scores->begin(), scores->end());
  }
  return all;
}

}  // namespace vigil::pipeline
