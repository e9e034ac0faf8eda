#include "vision/tracker.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>

#include "core/check.h"
#include "vision/assignment.h"

namespace vigil::vision {
namespace {

using Places = std::vector<std::size_t>;

// The frame being worked on, and what of it is not yet paired. Pairing is a matter of one call of pair_up() per stage.
class Frame {
 public:
  Frame(std::vector<LiveTrack>& all_tracks, std::span<const core::Detection> detections,
        std::span<const Embedding> embeddings, const TrackerOptions& options)
      : tracks_(all_tracks), detections_(detections), embeddings_(detections.size()) {
    VIGIL_CHECK(embeddings.empty() || embeddings.size() == detections.size(), "an embedding for each detection, or none");
    for (std::size_t i = 0; i < embeddings.size(); ++i) embeddings_[i] = normalized(embeddings[i]);
    Places usable;
    for (std::size_t i = 0; i < detections.size(); ++i) {
      const core::Detection& detection = detections[i];
      if (detection.box.finite() && !detection.box.empty() && detection.score >= options.min_low_score) usable.push_back(i);
    }
    std::ranges::stable_sort(usable, std::greater(), [&](std::size_t i) { return detections[i].score; });
    usable.resize(std::min(usable.size(), static_cast<std::size_t>(options.max_people)));
    for (const std::size_t i : usable) (detections[i].score >= options.min_score ? high : low).push_back(i);
    for (std::size_t i = 0; i < tracks_.size(); ++i) left.push_back(i);
  }

  // The tracks that are not yet paired and for which `wanted` holds.
  template <typename Wanted>
  Places tracks_where(Wanted wanted) const {
    Places found;
    std::ranges::copy_if(left, std::back_inserter(found), [&](std::size_t place) { return wanted(tracks_[place]); });
    return found;
  }

  // Pairs those tracks with those detections at least cost(track, detection, its embedding); CostMatrix::kForbidden rules a
  // pair out. Who is paired leaves the lists.
  template <typename Cost>
  void pair_up(const Places& chosen, Places& detections, Cost cost) {
    if (chosen.empty() || detections.empty()) return;
    CostMatrix costs(chosen.size(), detections.size());
    for (std::size_t row = 0; row < chosen.size(); ++row) {
      for (std::size_t column = 0; column < detections.size(); ++column) {
        const std::size_t detection = detections[column];
        costs(row, column) = cost(tracks_[chosen[row]], detections_[detection], embeddings_[detection]);
      }
    }
    Places taken_tracks;
    Places taken_detections;
    const bool clear = &detections == &high;  // what is half hidden does not enter the gallery
    for (const auto [row, column] : assign(costs)) {
      LiveTrack& track = tracks_[chosen[row]];
      const std::size_t detection = detections[column];
      track.match(detections_[detection], detection);
      if (clear && embeddings_[detection]) track.add_appearance(*embeddings_[detection]);
      taken_tracks.push_back(chosen[row]);
      taken_detections.push_back(detection);
    }
    std::erase_if(left, [&](std::size_t place) { return std::ranges::contains(taken_tracks, place); });
    std::erase_if(detections, [&](std::size_t place) { return std::ranges::contains(taken_detections, place); });
  }

  const core::Detection& detection(std::size_t place) const { return detections_[place]; }
  const std::optional<Embedding>& embedding(std::size_t place) const { return embeddings_[place]; }
  std::vector<LiveTrack>& tracks() { return tracks_; }

  Places left;  // tracks
  Places high;  // detections, highest score first
  Places low;

 private:
  std::vector<LiveTrack>& tracks_;
  std::span<const core::Detection> detections_;
  std::vector<std::optional<Embedding>> embeddings_;
};

bool is_confirmed(const LiveTrack& track) { return track.confirmed(); }

// The matching cascade: calls `pair` with the tracks that were missed in 0, 1, 2, … frames. The longer unseen, the wider a
// track's gate; without the order it would win over one just seen.
template <typename Pair>
void cascade(const Frame& frame, const std::vector<LiveTrack>& tracks, Pair pair) {
  std::map<int, Places> by_age;
  for (const std::size_t place : frame.tracks_where(is_confirmed)) by_age[tracks[place].missed_frames()].push_back(place);
  for (const auto& [missed, places] : by_age) pair(places);
}

void match_by_appearance(Frame& frame, const TrackerOptions& options) {
  cascade(frame, frame.tracks(), [&](const Places& places) {
    frame.pair_up(places, frame.high, [&](const LiveTrack& track, const core::Detection& detection, const auto& embedding) {
      if (!embedding || track.gallery().size() == 0) return CostMatrix::kForbidden;
      const double motion = options.motion ? track.filter().distance(detection.box) : 0;
      if (motion > options.gate) return CostMatrix::kForbidden;
      const double appearance = track.gallery().distance(*embedding);
      if (appearance > options.max_cosine_distance) return CostMatrix::kForbidden;
      return options.lambda * motion + (1 - options.lambda) * appearance;
    });
  });
}

void match_by_overlap(Frame& frame, const Places& tracks, Places& detections, double min_iou) {
  frame.pair_up(tracks, detections, [&](const LiveTrack& track, const core::Detection& detection, const auto&) {
    const double overlap = core::iou(track.track().box, detection.box);
    return overlap < min_iou ? CostMatrix::kForbidden : 1 - overlap;
  });
}

void match_by_overlap_and_motion(Frame& frame, const TrackerOptions& options) {
  frame.pair_up(frame.tracks_where(is_confirmed), frame.high,
                [&](const LiveTrack& track, const core::Detection& detection, const auto&) {
                  const double overlap = core::iou(track.track().box, detection.box);
                  if (overlap < options.min_iou) return CostMatrix::kForbidden;
                  return 1 - overlap + options.motion_weight * track.filter().distance(detection.box) / options.gate +
                         options.momentum * track.turn_towards(detection.box);
                });
}

void recover(Frame& frame, const TrackerOptions& options) {
  frame.pair_up(frame.tracks_where(is_confirmed), frame.high,
                [&](const LiveTrack& track, const core::Detection& detection, const auto&) {
                  const double overlap = core::iou(track.last_box(), detection.box);
                  return overlap < options.min_iou ? CostMatrix::kForbidden : 1 - overlap;
                });
  cascade(frame, frame.tracks(), [&](const Places& places) {
    frame.pair_up(places, frame.high, [&](const LiveTrack& track, const core::Detection& detection, const auto&) {
      const double distance = track.filter().distance(detection.box);
      return distance > options.gate ? CostMatrix::kForbidden : distance;
    });
  });
}

}  // namespace

core::Result<Tracker> Tracker::create(const TrackerOptions& options) {
  if (auto valid = options.validate(); !valid) return std::unexpected(valid.error());
  return Tracker(options);
}

Tracker::Tracker(const TrackerOptions& options) : options_(std::make_unique<const TrackerOptions>(options)) {}

std::vector<core::Track> Tracker::update(core::MediaTime time, std::span<const core::Detection> detections,
                                         std::span<const Embedding> embeddings) {
  VIGIL_CHECK(!time_ || time > *time_, "frames of a tracker rise in time");
  time_ = time;
  const TrackerOptions& options = *options_;
  for (LiveTrack& track : tracks_) track.predict(time);

  Frame frame(tracks_, detections, embeddings, options);
  match_by_appearance(frame, options);
  if (options.motion) {
    match_by_overlap_and_motion(frame, options);
  } else {
    match_by_overlap(frame, frame.tracks_where(is_confirmed), frame.high, options.min_iou);
  }
  const auto just_seen = [](const LiveTrack& track) { return track.confirmed() && track.missed_frames() == 0; };
  match_by_overlap(frame, frame.tracks_where(just_seen), frame.low, options.min_low_score_iou);
  if (options.motion && options.recover) recover(frame, options);
  match_by_overlap(frame, frame.tracks_where(std::not_fn(is_confirmed)), frame.high, options.min_iou);

  for (const std::size_t place : frame.left) tracks_[place].miss();
  for (const std::size_t place : frame.high) {
    if (tracks_.size() >= static_cast<std::size_t>(options.max_people)) break;
    tracks_.emplace_back(next_id_++, time, frame.detection(place), place, options);
    if (frame.embedding(place)) tracks_.back().add_appearance(*frame.embedding(place));
  }

  std::vector<core::Track> tracks;
  for (const LiveTrack& live : tracks_) tracks.push_back(live.track());
  std::erase_if(tracks_, [](const LiveTrack& live) { return live.deleted(); });
  return tracks;
}

}  // namespace vigil::vision
