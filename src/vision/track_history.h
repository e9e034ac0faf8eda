// TrackHistory: takes what a Tracker gives frame by frame, gives it again a little later, with what was learned meanwhile:
// who was real, also before it was believed, and where people were while they were hidden.
//
//   TrackHistory history({.delay = MediaDuration::from_seconds(2)});
//   for (const FrameTracks& past : history.add(tracker->update(frame.pts(), detections), frame.pts())) draw(past);
//   for (const FrameTracks& past : history.finish()) draw(past);   // after the last frame
//
// Every frame comes out once, in order. Holds the frames of the last `delay`, so memory does not grow with time. One thread
// at a time.
#pragma once

#include <deque>
#include <map>
#include <span>
#include <vector>

#include "core/time.h"
#include "core/track.h"

namespace vigil::vision {

// One frame's people: those seen in it, and those between two frames in which they were seen. By id.
struct FrameTracks {
  core::MediaTime time;
  std::vector<core::Track> tracks;
};

struct TrackHistoryOptions {
  // How much later a frame comes out; more lets later frames decide more. Tracks believed after longer, and longer gaps,
  // are not mended.
  core::MediaDuration delay = core::MediaDuration::from_seconds(1);
  // [0, delay]; gaps of a track up to this long are filled by straight lines; longer ones are guesses. 0: none.
  core::MediaDuration fill_gaps = core::MediaDuration::from_seconds(1);
};

class TrackHistory {
 public:
  explicit TrackHistory(TrackHistoryOptions options = {}) : options_(options) {}

  // The tracks of the next frame, as Tracker::update() gives them; gives the frames that are `delay` old by now. Requires
  // times that rise. A box of a filled gap has no `detection`, is kLost, and keeps the score of the detection before it.
  std::vector<FrameTracks> add(std::span<const core::Track> tracks, core::MediaTime time);

  // The frames still held.
  std::vector<FrameTracks> finish();

 private:
  struct Entry {
    core::Track track;
    bool believed = false;
  };
  struct Waiting {
    core::MediaTime time;
    std::vector<Entry> seen;
  };
  struct Person {
    bool believed = false;
    core::Track last;  // as seen latest
  };

  void believe(std::int64_t id);
  void fill_gap(const core::Track& before, const core::Track& after);
  FrameTracks take_oldest();

  TrackHistoryOptions options_;
  std::deque<Waiting> frames_;
  std::map<std::int64_t, Person> people_;
};

}  // namespace vigil::vision
