// LiveTrack: what a Tracker knows of one person: filter, life cycle, gallery and the latest detections.
//
// A part of Tracker, on its thread. Each frame sees one predict(), then one of match() and miss().
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/detection.h"
#include "core/track.h"
#include "vision/appearance_gallery.h"
#include "vision/box_filter.h"
#include "vision/tracker_options.h"

namespace vigil::vision {

class LiveTrack {
 public:
  // `options` must outlive the track. Requires a finite box that is not empty.
  LiveTrack(std::int64_t id, core::MediaTime time, const core::Detection& first, std::size_t index,
            const TrackerOptions& options);

  // Where the person should be at `time`, which rises.
  void predict(core::MediaTime time);

  // The person is this detection of the frame that predict() named.
  void match(const core::Detection& detection, std::size_t index);

  // The person is none of that frame's detections.
  void miss();

  void add_appearance(std::span<const float> embedding) { gallery_.add(embedding); }

  const core::Track& track() const { return track_; }
  bool confirmed() const { return track_.state == core::TrackState::kConfirmed || track_.state == core::TrackState::kLost; }
  bool deleted() const { return track_.state == core::TrackState::kDeleted; }
  int missed_frames() const { return missed_frames_; }

  const BoxFilter& filter() const { return filter_; }
  const AppearanceGallery& gallery() const { return gallery_; }
  const core::Box& last_box() const { return recent_.back().box; }

  // How far the way to `box` turns from the person's course, [0, 1]: 0 straight on, 1 straight back; 0.5 where there is no
  // course yet (Cao et al. 2023, observation-centric momentum).
  double turn_towards(const core::Box& box) const;

 private:
  struct Sighting {
    core::MediaTime time;
    core::Box box;
  };

  void update_filter(const core::Box& box);

  const TrackerOptions* options_;
  core::Track track_;
  BoxFilter filter_;
  BoxFilter filter_when_seen_;  // as the latest detection left it
  AppearanceGallery gallery_;
  std::vector<Sighting> recent_;  // within the span of the course; at least the latest two
  int hits_ = 1;
  int missed_frames_ = 0;
};

}  // namespace vigil::vision
