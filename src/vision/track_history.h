// TrackHistory: takes what a Tracker gives frame by frame, gives whole tracks: for recordings, where what is learned later
// about a person may be used for the frames before.
//
//   TrackHistory history({.fill_gaps = core::MediaDuration::from_seconds(1)});
//   history.add(tracker->update(frame.pts(), detections), frame.pts());   // for each frame
//   for (const core::Track& track : history.finish()) draw(track);
//
// Holds only frames in which a person was seen, of people who were believed in the end: those from before the confirmation
// too, none while lost. Grows with the number of people seen; for files, not for cameras. One thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "core/time.h"
#include "core/track.h"

namespace vigil::vision {

struct TrackHistoryOptions {
  // At least 0 s: gaps of a track up to this long are filled by straight lines; longer ones are guesses. 0: none.
  core::MediaDuration fill_gaps = core::MediaDuration::from_seconds(1);
};

class TrackHistory {
 public:
  explicit TrackHistory(TrackHistoryOptions options = {}) : options_(options) {}

  // The tracks of the next frame, as Tracker::update() gives them. Requires times that rise.
  void add(std::span<const core::Track> tracks, core::MediaTime time);

  // By time, then id. A box of a filled gap has no `detection`, is kLost, and keeps the score of the detection before the
  // gap.
  std::vector<core::Track> finish() const;

 private:
  struct Person {
    bool believed = false;
    std::vector<core::Track> seen;
  };

  TrackHistoryOptions options_;
  std::vector<core::MediaTime> times_;
  std::map<std::int64_t, Person> people_;
};

}  // namespace vigil::vision
