// FrameStage: decodes a video on a thread of its own and gives AssembledWindows through a bounded queue; the first stage of
// the analysis.
//
//   FrameStage frames(std::move(source), {.window = info.window, .stride = stride});
//   while (auto window = frames.next()) use(*window);
//   if (auto error = frames.outcome().error) report(*error);
//
// next() belongs to one thread. The queue blocks the decoder when it is full, so nothing is dropped and what comes out does
// not depend on timing. The destructor stops the decoder: at the latest when its blocking read ends.
#pragma once

#include <memory>
#include <optional>
#include <thread>

#include "core/queue.h"
#include "core/result.h"
#include "media/source.h"
#include "pipeline/window_assembler.h"

namespace vigil::pipeline {

struct FrameOutcome {
  std::optional<core::Error> error;  // what ended the stream early; windows before it were given
  media::SourceStats stats;
  core::MediaTime stream_end;  // end of the last frame decoded
};

class FrameStage {
 public:
  FrameStage(std::unique_ptr<media::Source> source, WindowPlan plan);
  ~FrameStage();
  FrameStage(const FrameStage&) = delete;
  FrameStage& operator=(const FrameStage&) = delete;

  // The next window; nothing at the end of the stream. Blocks.
  std::optional<AssembledWindow> next() { return windows_.pop(); }

  // Ends the decoder early; windows that were not taken are thrown away.
  void stop() { windows_.cancel(); }

  // Waits for the decoder. Requires that next() has given nothing, or stop().
  const FrameOutcome& outcome();

 private:
  void decode(WindowPlan plan);

  std::unique_ptr<media::Source> source_;
  core::BoundedQueue<AssembledWindow> windows_;
  FrameOutcome outcome_;
  std::jthread decoder_;
};

}  // namespace vigil::pipeline
