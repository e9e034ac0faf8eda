// FrameMatching: one frame of a Tracker: which tracks and detections are not yet paired, and what pairs some with some.
//
//   matching.begin(tracks, detections, embeddings);
//   matching.pair(matching.tracks_where(&LiveTrack::confirmed), matching.high,
//                 [](const LiveTrack& track, const Seen& seen) { return track.filter().distance(seen.box); });
//
// Each call of pair() is one stage; who is paired takes no part in the stages after. A part of Tracker, on its thread. Keeps
// its memory, so that a frame allocates nothing once one as full was seen.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <ranges>
#include <span>
#include <vector>

#include "core/detection.h"
#include "vision/appearance_gallery.h"
#include "vision/assignment.h"
#include "vision/live_track.h"
#include "vision/tracker_options.h"

namespace vigil::vision {

using Places = std::vector<std::size_t>;

// A detection as the costs of a pair see it.
struct Seen {
  core::Box box;
  float score = 0;
  std::span<const float> look;  // its embedding, of length 1; empty: none
};

class FrameMatching {
 public:
  // All tracks are unpaired, and so are the usable detections: boxes that are some, scores from min_low_score on, at most
  // max_people of them. The tracks must stay where they are while the frame lasts.
  void begin(std::span<LiveTrack> tracks, std::span<const core::Detection> detections, std::span<const Embedding> embeddings,
             const TrackerOptions& options);

  // The unpaired tracks for which `wanted` holds; until the next call.
  template <typename Wanted>
  std::span<std::size_t> tracks_where(Wanted wanted) {
    chosen_.clear();
    for (const std::size_t place : left) {
      if (std::invoke(wanted, tracks_[place])) chosen_.push_back(place);
    }
    return chosen_;
  }

  // Pairs those tracks with those detections at the least cost(track, seen); CostMatrix::kForbidden rules a pair out.
  template <typename Cost>
  void pair(std::span<const std::size_t> chosen, Places& detections, Cost cost) {
    if (chosen.empty() || detections.empty()) return;
    costs_.reset(chosen.size(), detections.size());
    for (std::size_t row = 0; row < chosen.size(); ++row) {
      for (std::size_t column = 0; column < detections.size(); ++column) {
        costs_(row, column) = cost(tracks_[chosen[row]], seen_[detections[column]]);
      }
    }
    settle(chosen, detections);
  }

  // The matching cascade: as pair(), for believed tracks missed in 0, 1, 2, … frames one after the other. The longer unseen,
  // the wider a track's gate; without the order it would win over one just seen.
  template <typename Cost>
  void pair_latest_first(Places& detections, Cost cost) {
    const auto missed = [&](std::size_t place) { return tracks_[place].missed_frames(); };
    const auto chosen = tracks_where(&LiveTrack::confirmed);
    std::ranges::sort(chosen, {}, [&](std::size_t place) { return std::pair(missed(place), place); });
    const auto same = [&](std::size_t a, std::size_t b) { return missed(a) == missed(b); };
    for (auto group : chosen | std::views::chunk_by(same)) pair(group, detections, cost);
  }

  const Seen& seen(std::size_t detection) const { return seen_[detection]; }

  Places left;  // tracks
  Places high;  // detections from min_score on, highest score first
  Places low;   // the others

 private:
  void settle(std::span<const std::size_t> chosen, Places& detections);

  std::span<LiveTrack> tracks_;
  std::vector<Seen> seen_;
  std::vector<float> looks_;  // the embeddings, one after the other
  Places usable_;
  Places chosen_;
  CostMatrix costs_;
  Assigner assigner_;
  std::vector<char> track_paired_;
  std::vector<char> detection_paired_;
};

}  // namespace vigil::vision
