// WatchedEvent, WatchStatus: what is told while a live stream is watched, and as which lines of JSON (docs/watch-lines.md).
// Plain values.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/event.h"
#include "core/time.h"
#include "media/live_source.h"
#include "pipeline/analysis_record.h"

namespace vigil::pipeline {

using WallTime = std::chrono::system_clock::time_point;

struct WatchedEvent {
  core::EventState state = core::EventState::kConfirmed;  // or kEnded
  WallTime time;                // when the first violent frame was shown, or what the rule names began
  core::MediaDuration latency;  // from then until the event was confirmed
  EventRecord record;           // with evidence once it has ended
  std::shared_ptr<const AnalysisRecord> about = nullptr;  // the camera and how it is looked at, once it has ended
};

// Of a stretch of time, since the status before.
struct WatchStatus {
  WallTime time;
  double fps = 0;                   // frames read a second
  std::uint64_t dropped = 0;        // windows and frames, since the start
  std::optional<double> delay_p95;  // seconds from a window's last frame shown to its score; nothing: no window
  std::uint64_t frames = 0;         // read since the start
  double recorded_mb = 0;           // of the ring on disk
};

// Each is one line without its line feed.
std::string event_line(const WatchedEvent& event);
std::string stream_line(const media::StreamChange& change, WallTime now);
std::string status_line(const WatchStatus& status);

}  // namespace vigil::pipeline
