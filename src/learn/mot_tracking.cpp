#include "learn/mot_tracking.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <format>

#include "vision/tracker.h"

namespace vigil::learn {
namespace {

MotBox mot_box(const core::Track& track, int frame) {
  return {.frame = frame, .id = track.id, .box = track.box, .confidence = track.score};
}

core::Status validate(const MotTrackingOptions& options) {
  const auto invalid = [](std::string message) { return core::fail(core::ErrorCode::kInvalidArgument, std::move(message)); };
  if (!(options.fps >= 0.1 && options.fps <= 1000)) {
    return invalid(std::format("fps = {}: must lie in 0.1 to 1000", options.fps));
  }
  if (!(options.fill_gaps >= core::MediaDuration() && options.fill_gaps.seconds() <= 600)) {
    return invalid(std::format("fill-gaps = {}: must lie in 0 to 600 s", options.fill_gaps.seconds()));
  }
  return {};
}

}  // namespace

core::Result<MotTracking> track_detections(std::span<const MotBox> detections, const MotTrackingOptions& options) {
  if (auto valid = validate(options); !valid) return std::unexpected(valid.error());
  auto tracker = vision::Tracker::create(options.tracker);
  if (!tracker) return std::unexpected(tracker.error());
  const auto length = core::MediaDuration::from_seconds(detections.empty() ? 0 : detections.back().frame / options.fps);
  vision::TrackHistory history({.delay = std::max(length, options.fill_gaps), .fill_gaps = options.fill_gaps});
  MotTracking tracking{.boxes = {}, .frames = detections.empty() ? 0 : detections.back().frame};
  std::vector<core::Detection> seen;
  auto next = detections.begin();
  for (int frame = 1; frame <= tracking.frames; ++frame) {
    if (options.stop.stop_requested()) return core::fail(core::ErrorCode::kCancelled, "tracking was interrupted");
    seen.clear();
    for (; next != detections.end() && next->frame == frame; ++next) {
      seen.push_back({.box = next->box, .score = next->confidence});
    }
    const auto time = core::MediaTime::from_seconds((frame - 1) / options.fps);
    const auto started = std::chrono::steady_clock::now();
    const auto tracks = tracker->update(time, seen);
    tracking.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    if (!options.live) {
      history.add(tracks, time);
      continue;
    }
    for (const core::Track& track : tracks) {
      if (track.state == core::TrackState::kConfirmed) tracking.boxes.push_back(mot_box(track, frame));
    }
  }
  for (const vision::FrameTracks& past : history.finish()) {
    const int frame = static_cast<int>(std::lround(past.time.seconds() * options.fps)) + 1;
    for (const core::Track& track : past.tracks) tracking.boxes.push_back(mot_box(track, frame));
  }
  return tracking;
}

}  // namespace vigil::learn
