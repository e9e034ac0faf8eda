// Tracker: takes a frame's Detections, gives Tracks: who is who from frame to frame. DeepSORT (Wojke, Bewley and Paulus
// 2017), written from the paper, with what later papers found to help.
//
//   auto tracker = Tracker::create({.max_age = core::MediaDuration::from_seconds(3)});
//   for (const core::Track& track : tracker->update(frame.pts(), detections, embeddings)) {
//     if (track.state == core::TrackState::kConfirmed) draw(track.id, track.box);
//   }
//
// Each frame, the tracks' boxes are predicted by a Kalman filter over the time that really passed, and paired with the
// detections in stages, each an exact assignment of what the stage before left over:
//
//   1. Appearance, under appearance_first: believed tracks, the most recently seen first (matching cascade), at the cost
//      λ·d1 + (1 − λ)·d2, with d1 the squared Mahalanobis distance and d2 the least cosine distance to the track's gallery;
//      either above its gate rules a pair out.
//   2. Overlap: believed tracks, by IoU with the predicted box, the likelihood of the place, and how far the person would
//      have to turn (Cao et al. 2023, OC-SORT); with appearance_weight also by how alike they look.
//   3. Low scores: detections below min_score continue tracks seen in the frame before (Zhang et al. 2022, ByteTrack).
//   4. Recovery: believed tracks, by IoU with where they were last seen, then by the likelihood of the place alone; looks
//      weigh in as before.
//   5. Tentative tracks, by overlap. What is left at or above min_new_score begins a track.
//
// One thread at a time. Times rise strictly and may be apart as they like. Memory and time per frame are bounded by
// max_people, gallery_budget and max_age; a frame allocates its result and what new people need. The same calls give the
// same answers.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/detection.h"
#include "core/result.h"
#include "core/time.h"
#include "core/track.h"
#include "vision/appearance_gallery.h"
#include "vision/tracker_options.h"

namespace vigil::vision {

class Tracker {
 public:
  // Errors: as TrackerOptions::validate().
  static core::Result<Tracker> create(const TrackerOptions& options = {});

  Tracker(Tracker&&) noexcept;
  Tracker& operator=(Tracker&&) noexcept;
  ~Tracker();

  // All tracks at `time`, oldest first. Requires a time after the one before, and as many embeddings as detections or none.
  // A detection may lack its embedding (an empty one); all others have one length. A box that is empty or not finite is left
  // out.
  std::vector<core::Track> update(core::MediaTime time, std::span<const core::Detection> detections,
                                  std::span<const Embedding> embeddings = {});

 private:
  struct State;
  explicit Tracker(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace vigil::vision
