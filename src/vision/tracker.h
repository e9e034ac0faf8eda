// Tracker: takes a frame's Detections, gives Tracks: who is who from frame to frame. DeepSORT (Wojke, Bewley and Paulus
// 2017), written from the paper, with what later papers found to help.
//
//   auto tracker = Tracker::create({.max_age = core::MediaDuration::from_seconds(3)});
//   for (const Frame& frame : frames) {
//     for (const core::Track& track : tracker->update(frame.pts, detections, embeddings)) show(track);
//   }
//
// Each frame, the tracks' boxes are predicted by a Kalman filter over the time that really passed, and paired with the
// detections in stages, each an exact assignment of what the stage before left over:
//   1. appearance: believed tracks, the most recently seen first (matching cascade). Cost λ·d1 + (1−λ)·d2 with d1 the
//   squared
//      Mahalanobis distance and d2 the least cosine distance to the track's gallery; either above its gate rules a pair out.
//      Left out where there are no embeddings.
//   2. overlap: believed tracks by 1 − IoU with the predicted box, and by how far they would have to turn (momentum).
//   3. detections of low score continue tracks seen in the frame before (Zhang et al. 2022, ByteTrack).
//   4. recovery: believed tracks by IoU with where they were last seen, then by Mahalanobis distance alone.
//   5. tentative tracks by overlap. What is left at or above min_score begins a track.
//
// One thread at a time. Times rise strictly and may be apart as they like. Memory and time per frame are bounded by
// max_people, gallery_budget and max_age. The same calls give the same answers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/detection.h"
#include "core/result.h"
#include "core/time.h"
#include "core/track.h"
#include "vision/appearance_gallery.h"
#include "vision/live_track.h"
#include "vision/tracker_options.h"

namespace vigil::vision {

class Tracker {
 public:
  // Errors: as TrackerOptions::validate().
  static core::Result<Tracker> create(const TrackerOptions& options);

  // All tracks at `time`, oldest first. Requires a time after the one before, and as many embeddings as detections or none.
  // A detection may lack its embedding (an empty one); all others have one length. A box that is empty or not finite is left
  // out.
  std::vector<core::Track> update(core::MediaTime time, std::span<const core::Detection> detections,
                                  std::span<const Embedding> embeddings = {});

 private:
  explicit Tracker(const TrackerOptions& options);

  std::unique_ptr<const TrackerOptions> options_;  // at one place, which live tracks point to
  std::vector<LiveTrack> tracks_;
  std::optional<core::MediaTime> time_;
  std::int64_t next_id_ = 1;
};

}  // namespace vigil::vision
