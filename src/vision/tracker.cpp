#include "vision/tracker.h"

#include <functional>
#include <optional>

#include "core/check.h"
#include "vision/frame_matching.h"
#include "vision/live_track.h"

namespace vigil::vision {
namespace {

// Surprise is to be weighed against looks as overlap is: by its share in the cost of overlap.
constexpr double kRecoveryLooks = 10;

// What the looks add to the cost of a pair that place already speaks for; who has none is neither like nor unlike.
double look_cost(const LiveTrack& track, const Seen& seen, const TrackerOptions& options) {
  if (options.appearance_weight == 0) return 0;
  const bool known = !seen.look.empty() && track.gallery().size() > 0;
  return options.appearance_weight * (known ? track.gallery().distance(seen.look) : options.max_cosine_distance);
}

void match_by_appearance(FrameMatching& frame, const TrackerOptions& options) {
  frame.pair_latest_first(frame.high, [&](const LiveTrack& track, const Seen& seen) {
    if (seen.look.empty() || track.gallery().size() == 0) return CostMatrix::kForbidden;
    const double motion = options.motion ? track.filter().distance(seen.box) : 0;
    if (motion > options.gate) return CostMatrix::kForbidden;
    const double appearance = track.gallery().distance(seen.look);
    if (appearance > options.max_cosine_distance) return CostMatrix::kForbidden;
    return options.lambda * motion + (1 - options.lambda) * appearance;
  });
}

void match_by_overlap(FrameMatching& frame, std::span<const std::size_t> tracks, Places& detections, double min_iou) {
  frame.pair(tracks, detections, [&](const LiveTrack& track, const Seen& seen) {
    const double overlap = core::iou(track.track().box, seen.box);
    return overlap < min_iou ? CostMatrix::kForbidden : 1 - overlap;
  });
}

void match_by_overlap_and_motion(FrameMatching& frame, const TrackerOptions& options) {
  frame.pair(frame.tracks_where(&LiveTrack::confirmed), frame.high, [&](const LiveTrack& track, const Seen& seen) {
    const double overlap = core::iou(track.track().box, seen.box);
    if (overlap < options.min_iou) return CostMatrix::kForbidden;
    return 1 - overlap + options.motion_weight * track.filter().surprise(seen.box) +
           options.momentum * track.turn_towards(seen.box) + look_cost(track, seen, options);
  });
}

void recover(FrameMatching& frame, const TrackerOptions& options) {
  frame.pair(frame.tracks_where(&LiveTrack::confirmed), frame.high, [&](const LiveTrack& track, const Seen& seen) {
    const double overlap = core::iou(track.last_box(), seen.box);
    return overlap < options.min_iou ? CostMatrix::kForbidden : 1 - overlap + look_cost(track, seen, options);
  });
  frame.pair_latest_first(frame.high, [&](const LiveTrack& track, const Seen& seen) {
    return track.filter().distance(seen.box) > options.gate
               ? CostMatrix::kForbidden
               : track.filter().surprise(seen.box) + kRecoveryLooks * look_cost(track, seen, options);
  });
}

}  // namespace

struct Tracker::State {
  const TrackerOptions options;  // stays where it is: live tracks point to it
  std::vector<LiveTrack> tracks = {};
  FrameMatching frame = {};
  std::optional<core::MediaTime> time = {};
  std::int64_t next_id = 1;
};

core::Result<Tracker> Tracker::create(const TrackerOptions& options) {
  if (auto valid = options.validate(); !valid) return std::unexpected(valid.error());
  return Tracker(std::make_unique<State>(options));
}

Tracker::Tracker(std::unique_ptr<State> state) : state_(std::move(state)) {}
Tracker::Tracker(Tracker&&) noexcept = default;
Tracker& Tracker::operator=(Tracker&&) noexcept = default;
Tracker::~Tracker() = default;

std::vector<core::Track> Tracker::update(core::MediaTime time, std::span<const core::Detection> detections,
                                         std::span<const Embedding> embeddings) {
  auto& [options, live_tracks, frame, last_time, next_id] = *state_;
  VIGIL_CHECK(!last_time || time > *last_time, "frames of a tracker rise in time");
  last_time = time;
  for (LiveTrack& track : live_tracks) track.predict(time);

  frame.begin(live_tracks, detections, embeddings, options);
  if (!embeddings.empty() && options.appearance_first) match_by_appearance(frame, options);
  if (options.motion) {
    match_by_overlap_and_motion(frame, options);
  } else {
    match_by_overlap(frame, frame.tracks_where(&LiveTrack::confirmed), frame.high, options.min_iou);
  }
  const auto just_seen = [](const LiveTrack& track) { return track.confirmed() && track.missed_frames() == 0; };
  match_by_overlap(frame, frame.tracks_where(just_seen), frame.low, options.min_low_score_iou);
  if (options.motion && options.recover) recover(frame, options);
  match_by_overlap(frame, frame.tracks_where(std::not_fn(&LiveTrack::confirmed)), frame.high, options.min_iou);

  for (const std::size_t place : frame.left) live_tracks[place].miss();
  for (const std::size_t place : frame.high) {
    const Seen& seen = frame.seen(place);
    if (seen.score < options.min_new_score || live_tracks.size() >= static_cast<std::size_t>(options.max_people)) break;
    live_tracks.emplace_back(next_id++, time, core::Detection{.box = seen.box, .score = seen.score}, place, options);
    if (!seen.look.empty()) live_tracks.back().add_appearance(seen.look);
  }

  std::vector<core::Track> tracks;
  tracks.reserve(live_tracks.size());
  for (const LiveTrack& live : live_tracks) tracks.push_back(live.track());
  std::erase_if(live_tracks, std::mem_fn(&LiveTrack::deleted));
  return tracks;
}

}  // namespace vigil::vision
