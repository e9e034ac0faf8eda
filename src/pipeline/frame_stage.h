// FrameStage: decodes a video once on a thread of its own, and gives through a bounded queue what the rest of the line looks
// at: AssembledWindows of the source's first view for the clip classifier, and frames of its second view for people.
//
//   FrameStage frames(std::move(source), {.windows = {.window = info.window, .stride = stride}, .people_fps = 10});
//   while (auto item = frames.next()) std::visit(use, std::move(*item));
//   if (auto error = frames.outcome().error) report(*error);
//
// next() belongs to one thread. Files: the queue blocks the decoder when it is full, so nothing is dropped and what comes
// out does not depend on timing. Live sources: the oldest item makes room and is counted. The destructor stops the decoder:
// at the latest when its blocking read ends.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <thread>
#include <variant>

#include "core/queue.h"
#include "core/result.h"
#include "core/stage_time.h"
#include "media/source.h"
#include "pipeline/window_assembler.h"

namespace vigil::pipeline {

// A window to be scored, or a frame in which people are to be found. Windows and frames each rise in time.
using StageItem = std::variant<AssembledWindow, media::Frame>;

struct FramePlan {
  WindowPlan windows = {};
  // [0.1, 240] frames a second given singly, at most; needs a source with a second view. Nothing: none are.
  std::optional<double> people_fps = {};
};

struct FrameOutcome {
  std::optional<core::Error> error;  // what ended the stream early; windows before it were given
  media::SourceStats stats;
  core::MediaTime stream_end;  // end of the last frame decoded
  std::uint64_t dropped = 0;   // items, of live sources: the line could not keep up
  core::StageTime decode{.stage = "decode"};
};

class FrameStage {
 public:
  FrameStage(std::unique_ptr<media::Source> source, const FramePlan& plan);
  ~FrameStage();
  FrameStage(const FrameStage&) = delete;
  FrameStage& operator=(const FrameStage&) = delete;

  // The next item; nothing at the end of the stream. Blocks.
  std::optional<StageItem> next() { return items_.pop(); }

  // Ends the decoder early; items that were not taken are thrown away.
  void stop() { items_.cancel(); }

  // Waits for the decoder. Requires that next() has given nothing, or stop().
  const FrameOutcome& outcome();

 private:
  void decode(const FramePlan& plan);
  core::Result<std::optional<media::FrameViews>> read();

  std::unique_ptr<media::Source> source_;
  core::BoundedQueue<StageItem> items_;
  FrameOutcome outcome_;
  std::jthread decoder_;
};

}  // namespace vigil::pipeline
