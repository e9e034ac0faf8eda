// LiveFrames: reads a LiveSource on a thread of its own, and gives what the rest of the line looks at, as FrameStage does
// for stored videos; but never keeps the camera waiting: where the line is behind, the oldest item makes room and is
// counted.
//
//   auto frames = LiveFrames::create(url, options, {.windows = plan, .people_fps = 10}, tell);
//   while (!(*frames)->done()) if (auto item = (*frames)->next(std::chrono::seconds(3))) std::visit(use, std::move(*item));
//
// No window spans an outage: the last ones before it come when the stream is lost; of one that froze, they do not come. Nor
// does one span the end and the start of a file that repeats.
// next() belongs to one thread; changes are told on the reading thread. The destructor stops the reading, within a second or
// two.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "core/result.h"
#include "media/live_source.h"
#include "pipeline/frame_stage.h"
#include "pipeline/live_queue.h"

namespace vigil::pipeline {

class LiveFrames {
 public:
  // options.source.stop ends the reading too. Errors: kInvalidArgument (options).
  static core::Result<std::unique_ptr<LiveFrames>> create(const std::string& url, media::LiveSourceOptions options,
                                                          const FramePlan& plan, media::StreamSink sink);
  ~LiveFrames();
  LiveFrames(const LiveFrames&) = delete;
  LiveFrames& operator=(const LiveFrames&) = delete;

  // The next item; nothing when none came within `limit`, and at the end.
  std::optional<StageItem> next(std::chrono::nanoseconds limit) { return items_.next(limit); }
  bool done() const { return items_.done(); }

  const media::LiveSource& source() const { return *source_; }  // what may be asked from any thread
  std::uint64_t frames() const { return frames_; }              // read so far
  std::uint64_t dropped() const { return items_.dropped(); }    // items

  // Waits for the reading thread. Requires done(). What ended the stream, unless a file has come to its end.
  std::optional<core::Error> wait();

 private:
  explicit LiveFrames(const FramePlan& plan);
  void read();
  void pass_on(std::vector<AssembledWindow> windows);

  FramePlan plan_;
  LiveQueue items_;
  WindowAssembler assembler_;  // of the connection that is
  std::unique_ptr<media::LiveSource> source_;
  std::atomic<std::uint64_t> frames_ = 0;
  std::optional<core::Error> error_;
  std::stop_source stop_;
  std::jthread reader_;
};

}  // namespace vigil::pipeline
