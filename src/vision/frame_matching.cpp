#include "vision/frame_matching.h"

#include <numeric>
#include <tuple>

#include "core/check.h"

namespace vigil::vision {

void FrameMatching::begin(std::span<LiveTrack> tracks, std::span<const core::Detection> detections,
                          std::span<const Embedding> embeddings, const TrackerOptions& options) {
  VIGIL_CHECK(embeddings.empty() || embeddings.size() == detections.size(), "an embedding for each detection, or none");
  tracks_ = tracks;
  left.resize(tracks.size());
  std::iota(left.begin(), left.end(), 0);
  track_paired_.assign(tracks.size(), false);
  detection_paired_.assign(detections.size(), false);

  std::size_t numbers = 0;
  for (const Embedding& embedding : embeddings) numbers += embedding.size();
  looks_.resize(numbers);
  auto free = looks_.begin();
  seen_.clear();
  usable_.clear();
  for (std::size_t i = 0; i < detections.size(); ++i) {
    const core::Detection& detection = detections[i];
    Seen& seen = seen_.emplace_back(Seen{.box = detection.box, .score = detection.score, .look = {}});
    if (!detection.box.finite() || detection.box.empty() || !(detection.score >= options.min_low_score)) continue;
    usable_.push_back(i);
    if (embeddings.empty()) continue;
    const std::span look(free, embeddings[i].size());
    free = std::ranges::copy(embeddings[i], free).out;
    if (normalize(look)) seen.look = look;
  }
  std::ranges::sort(usable_, {}, [&](std::size_t i) { return std::tuple(-detections[i].score, i); });
  usable_.resize(std::min(usable_.size(), static_cast<std::size_t>(options.max_people)));
  high.clear();
  low.clear();
  for (const std::size_t i : usable_) (detections[i].score >= options.min_score ? high : low).push_back(i);
}

void FrameMatching::settle(std::span<const std::size_t> chosen, Places& detections) {
  const bool clear = &detections == &high;  // what is half hidden does not enter the gallery
  for (const auto [row, column] : assigner_.assign(costs_)) {
    LiveTrack& track = tracks_[chosen[row]];
    const std::size_t detection = detections[column];
    const Seen& seen = seen_[detection];
    track.match({.box = seen.box, .score = seen.score}, detection);
    if (clear && !seen.look.empty()) track.add_appearance(seen.look);
    track_paired_[chosen[row]] = true;
    detection_paired_[detection] = true;
  }
  std::erase_if(left, [&](std::size_t place) { return track_paired_[place]; });
  std::erase_if(detections, [&](std::size_t place) { return detection_paired_[place]; });
}

}  // namespace vigil::vision
