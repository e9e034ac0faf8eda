// WindowAssembler: takes the Frames of a stream in rising order of time, gives overlapping windows of them; the stage
// between the decoder and a clip classifier.
//
//   WindowAssembler assembler({.window = info.window, .stride = MediaDuration::from_seconds(0.5)});
//   for (AssembledWindow& window : assembler.push(frame)) queue.push(std::move(window));
//   for (AssembledWindow& window : assembler.finish()) queue.push(std::move(window));
//
// Windows begin at multiples of the stride and last `window`; a window comes out with the first frame that lies behind it.
// At the end of the stream one more window, aligned to the end, covers what the grid left over; a stream shorter than one
// window gives one window of its own length. Windows that hold no frame (gaps in the stream) are left out, however long the
// gap. One thread at a time. Holds the frames of one window and one stride; where more than kMaxFrames lie in one window
// (above 128 frames a second at 2 s), frames that come too close to the one before are passed over.
#pragma once

#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "core/time.h"
#include "media/frame.h"

namespace vigil::pipeline {

struct WindowPlan {
  core::MediaDuration window = core::MediaDuration::from_seconds(2);    // above 0
  core::MediaDuration stride = core::MediaDuration::from_seconds(0.5);  // above 0
};

struct AssembledWindow {
  core::MediaTime begin;
  core::MediaTime end;
  std::vector<media::Frame> frames;  // those with begin <= pts < end; at least one
};

class WindowAssembler {
 public:
  static constexpr int kMaxFrames = 256;  // in one window

  explicit WindowAssembler(WindowPlan plan);

  // Requires pts above that of the frame before.
  std::vector<AssembledWindow> push(const media::Frame& frame);

  // Nothing may be pushed afterwards.
  std::vector<AssembledWindow> finish();

  // End of the last frame pushed: its own duration when the stream states it, else the distance to the frame before.
  core::MediaTime stream_end() const;

 private:
  std::vector<AssembledWindow> complete_until(core::MediaTime time);
  std::optional<AssembledWindow> window_of(core::MediaTime begin, core::MediaTime end) const;

  WindowPlan plan_;
  core::MediaTime next_begin_;
  std::optional<core::MediaTime> last_begin_;  // of the last window that came out
  std::optional<core::MediaTime> last_end_;
  std::deque<media::Frame> frames_;
  core::MediaTime last_pts_;
  core::MediaDuration last_duration_;
};

// What a classifier is shown of [begin, end): `count` of the frames, uniformly by number, exactly as
// media::ClipSampler::sample chooses them, which is what it was trained with; at a constant frame rate that is uniform in
// time. Fewer frames repeat. A `begin` below zero stands for a first frame that stands still until time zero. `frames` rise
// in time; those outside [begin, end) are passed over; when none lies inside, the last one before `begin` is repeated.
// Requires one frame, count >= 1.
std::vector<media::Frame> choose_frames(std::span<const media::Frame> frames, core::MediaTime begin, core::MediaTime end,
                                        int count);

}  // namespace vigil::pipeline
