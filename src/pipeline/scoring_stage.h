// ScoringStage: takes AssembledWindows and the people in them, gives scores and Events: classifier, smoothing, event
// detection and onset search in one line.
//
//   auto stage = ScoringStage::create(scorer, options, {.on_moment = log_scores, .on_change = keep_evidence});
//   stage->push(std::move(window));        // AssembledWindows in order …
//   stage->push_people(frame_people);      // … and, where options.with_people, the people of every frame in order
//   stage->finish_people(); stage->finish();
//
// A window waits until the people of its whole time are known. Windows are scored in batches of a fixed number, never of
// what happens to be waiting, so that the same video gives the same scores bit for bit. One thread at a time; the sinks are
// called on it. Holds the windows of one batch, one smoothing span, and the time by which people come later than windows.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "behavior/moment_smoother.h"
#include "behavior/violence_events.h"
#include "core/event.h"
#include "core/people.h"
#include "core/result.h"
#include "pipeline/clip_scorer.h"
#include "pipeline/window_assembler.h"

namespace vigil::pipeline {

struct ScoringOptions {
  behavior::ViolenceEventOptions events = {};
  core::MediaDuration smoothing = {};           // span of the mean over neighbouring scores; zero: off
  int batch_windows = 4;                        // scored at once; more is faster on a GPU and costs memory and delay
  bool with_people = false;                     // push_people() will be called
  int frame_width_px = 0, frame_height_px = 0;  // of the frames that people are found in; above 0 with people
};

struct ScoringSinks {
  // Every window once, in order: its own score, and the smoothed moment that events are made of, with those who are violent
  // as of it.
  std::function<core::Status(const core::ScoredWindow& raw, const core::ScoredMoment& smoothed,
                             const std::vector<std::int64_t>& violent)>
      on_moment;
  // Events as they are confirmed, and as they end; first_violent is the time of a frame.
  std::function<core::Status(const core::EventChange& change)> on_change;
};

class ScoringStage {
 public:
  // `scorer` must outlive the stage. Errors: kInvalidArgument (options).
  static core::Result<std::unique_ptr<ScoringStage>> create(ClipScorer& scorer, const ScoringOptions& options,
                                                            ScoringSinks sinks);

  // Errors: those of the scorer and the sinks.
  core::Status push(AssembledWindow window);
  core::Status push_people(const core::FramePeople& people);

  // No more people come. Errors: as push().
  core::Status finish_people();

  // Scores what is left and ends the event still open. Errors: as push().
  core::Status finish();

  // The event that is running and already long enough to count.
  std::optional<core::Event> in_progress() const { return events_->in_progress(); }

 private:
  ScoringStage(ClipScorer& scorer, const ScoringOptions& options, ScoringSinks sinks);
  core::Status score_ready();
  core::Status score_batch(std::size_t count);
  core::Status detect(const std::vector<core::ScoredMoment>& smoothed);
  core::Status tell(const std::vector<core::EventChange>& changes);
  std::span<const core::FramePeople> people_of(const AssembledWindow& window) const;
  bool knows_people_of(const AssembledWindow& window) const;
  core::Result<core::MediaTime> first_violent_frame(const core::ScoredWindow& first,
                                                    std::optional<core::MediaTime> previous);
  // What the classifier is shown of [begin, end).
  vision::FrameWindow show(const std::vector<media::Frame>& frames, core::MediaTime begin, core::MediaTime end) const;
  core::Result<std::vector<double>> score_at(const std::vector<core::MediaTime>& begins, core::MediaDuration length,
                                             const std::vector<media::Frame>& frames);

  ClipScorer& scorer_;
  ScoringOptions options_;
  ScoringSinks sinks_;
  behavior::MomentSmoother smoother_;
  std::optional<behavior::ViolenceEvents> events_;  // set by create(): it calls back into this object
  std::deque<AssembledWindow> waiting_;             // not scored yet
  std::vector<core::FramePeople> people_;           // from the begin of the first window that is waiting
  bool people_finished_ = false;
  std::deque<AssembledWindow> history_;  // from the window before the one that goes to the events next
  std::deque<core::ScoredWindow> raw_;   // scored, their smoothed score not yet known
};

}  // namespace vigil::pipeline
