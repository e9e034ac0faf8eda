#include "vision/track_history.h"

#include <algorithm>
#include <tuple>

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

void TrackHistory::add(std::span<const core::Track> tracks, core::MediaTime time) {
  times_.push_back(time);
  for (const core::Track& track : tracks) {
    if (track.state == core::TrackState::kDeleted) {
      if (const auto person = people_.find(track.id); person != people_.end() && !person->second.believed)
        people_.erase(person);
      continue;
    }
    Person& person = people_[track.id];
    person.believed |= track.state == core::TrackState::kConfirmed;
    if (track.detection) person.seen.push_back(track);
  }
}

std::vector<core::Track> TrackHistory::finish() const {
  std::vector<core::Track> all;
  for (const auto& [id, person] : people_) {
    if (!person.believed) continue;
    for (std::size_t i = 0; i < person.seen.size(); ++i) {
      const core::Track& track = person.seen[i];
      all.push_back(track);
      if (i + 1 == person.seen.size() || person.seen[i + 1].time - track.time > options_.fill_gaps) continue;
      const auto after = std::ranges::upper_bound(times_, track.time);
      for (auto time = after; time != times_.end() && *time < person.seen[i + 1].time; ++time) {
        all.push_back(between(track, person.seen[i + 1], *time));
      }
    }
  }
  std::ranges::sort(all, {}, [](const core::Track& track) { return std::tuple(track.time, track.id); });
  return all;
}

}  // namespace vigil::vision
