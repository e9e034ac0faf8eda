#include "vision/track_history.h"

#include <algorithm>
#include <ranges>

namespace vigil::vision {
namespace {

core::Track between(const core::Track& before, const core::Track& after, core::MediaTime time) {
  const auto share = static_cast<float>((time - before.time).seconds() / (after.time - before.time).seconds());
  const auto mix = [&](float a, float b) { return a + (b - a) * share; };
  core::Track track = before;
  track.state = core::TrackState::kLost;
  track.time = time;
  track.detection.reset();
  track.box = {.left = mix(before.box.left, after.box.left),
               .top = mix(before.box.top, after.box.top),
               .width = mix(before.box.width, after.box.width),
               .height = mix(before.box.height, after.box.height)};
  return track;
}

}  // namespace

std::vector<FrameTracks> TrackHistory::add(std::span<const core::Track> tracks, core::MediaTime time) {
  frames_.push_back({.time = time, .seen = {}});
  for (const core::Track& track : tracks) {
    if (track.state == core::TrackState::kDeleted) {
      people_.erase(track.id);
      continue;
    }
    const auto [found, is_new] = people_.try_emplace(track.id, Person{.last = track});
    Person& person = found->second;
    if (track.state == core::TrackState::kConfirmed && !person.believed) {
      person.believed = true;
      believe(track.id);
    }
    if (!track.detection) continue;
    if (!is_new) fill_gap(person.last, track);
    person.last = track;
    frames_.back().seen.push_back({.track = track, .believed = person.believed});
  }
  std::vector<FrameTracks> out;
  while (time - frames_.front().time > options_.delay) out.push_back(take_oldest());
  return out;
}

std::vector<FrameTracks> TrackHistory::finish() {
  std::vector<FrameTracks> out;
  while (!frames_.empty()) out.push_back(take_oldest());
  people_.clear();
  return out;
}

void TrackHistory::believe(std::int64_t id) {
  for (Waiting& frame : frames_) {
    for (Entry& entry : frame.seen) entry.believed |= entry.track.id == id;
  }
}

void TrackHistory::fill_gap(const core::Track& before, const core::Track& after) {
  if (after.time - before.time > options_.fill_gaps) return;
  for (Waiting& frame : frames_ | std::views::reverse) {
    if (frame.time <= before.time) break;
    if (frame.time >= after.time) continue;
    frame.seen.push_back({.track = between(before, after, frame.time), .believed = people_.at(after.id).believed});
  }
}

FrameTracks TrackHistory::take_oldest() {
  FrameTracks out{.time = frames_.front().time, .tracks = {}};
  for (const Entry& entry : frames_.front().seen) {
    if (entry.believed) out.tracks.push_back(entry.track);
  }
  frames_.pop_front();
  std::ranges::sort(out.tracks, {}, &core::Track::id);
  return out;
}

}  // namespace vigil::vision
