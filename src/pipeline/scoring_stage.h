// ScoringStage: takes AssembledWindows, gives scores and Events: classifier, smoothing, event detection and onset search in
// one line.
//
//   auto stage = ScoringStage::create(scorer, options, {.on_score = log_score, .on_event = keep_evidence});
//   while (auto window = queue.pop()) if (auto pushed = stage->push(std::move(*window)); !pushed) return pushed;
//   stage->finish();
//
// Windows are scored in batches of a fixed number, never of what happens to be waiting, so that the same video gives the
// same scores bit for bit. One thread at a time; the sinks are called on it. Holds the windows of one batch and one
// smoothing span.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "behavior/event_detector.h"
#include "behavior/score_smoother.h"
#include "core/event.h"
#include "core/result.h"
#include "pipeline/clip_scorer.h"
#include "pipeline/window_assembler.h"

namespace vigil::pipeline {

struct ScoringOptions {
  behavior::EventDetectorOptions detector;
  core::MediaDuration smoothing;  // span of the mean over neighbouring scores; zero: off
  int batch_windows = 4;          // scored at once; more is faster on a GPU and costs memory and delay
};

struct ScoringSinks {
  // Every window once, in order: its own score and the smoothed one that events are made of.
  std::function<core::Status(const core::ScoredWindow& raw, double smoothed)> on_score;
  // Every event once, when it has ended; first_violent is the time of a frame.
  std::function<core::Status(const core::Event& event)> on_event;
};

class ScoringStage {
 public:
  // `scorer` must outlive the stage. Errors: kInvalidArgument (options).
  static core::Result<std::unique_ptr<ScoringStage>> create(ClipScorer& scorer, const ScoringOptions& options,
                                                            ScoringSinks sinks);

  // Errors: those of the scorer and the sinks.
  core::Status push(AssembledWindow window);

  // Scores what is left of a batch and ends the event still open. Errors: as push().
  core::Status finish();

  // The event that is running and already long enough to count.
  std::optional<core::Event> in_progress() const { return detector_->in_progress(); }

 private:
  ScoringStage(ClipScorer& scorer, const ScoringOptions& options, ScoringSinks sinks);
  core::Status score_batch();
  core::Status detect(const std::vector<core::ScoredWindow>& smoothed);
  core::Status tell_ended(const std::vector<core::EventChange>& changes);
  core::Result<core::MediaTime> first_violent_frame(const core::ScoredWindow& first,
                                                    std::optional<core::MediaTime> previous);
  // What the classifier is shown of [begin, end).
  vision::FrameWindow show(const std::vector<media::Frame>& frames, core::MediaTime begin, core::MediaTime end) const;
  core::Result<std::vector<double>> score_at(const std::vector<core::MediaTime>& begins, core::MediaDuration length,
                                             const std::vector<media::Frame>& frames);

  ClipScorer& scorer_;
  ScoringOptions options_;
  ScoringSinks sinks_;
  behavior::ScoreSmoother smoother_;
  std::optional<behavior::EventDetector> detector_;  // set by create(): it calls back into this object
  std::vector<AssembledWindow> batch_;
  std::deque<AssembledWindow> history_;  // from the window before the one that goes to the detector next
  std::deque<core::ScoredWindow> raw_;   // scored, their smoothed score not yet known
};

}  // namespace vigil::pipeline
