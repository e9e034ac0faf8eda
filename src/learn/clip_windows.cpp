#include "learn/clip_windows.h"

#include <algorithm>

#include "core/check.h"

namespace vigil::learn {
namespace {

using core::MediaDuration;
using core::MediaTime;

MediaDuration room_to_move(MediaDuration duration, MediaDuration length) {
  return std::max(duration - length, MediaDuration());
}

ClipWindow starting_at(MediaDuration start, MediaDuration length) {
  const MediaTime begin = MediaTime() + start;
  return {.begin = begin, .end = begin + length};
}

}  // namespace

ClipWindow random_window(MediaDuration duration, MediaDuration length, core::Rng& rng) {
  const double share = core::uniform(rng, 0, 1);
  return starting_at(MediaDuration::from_seconds(room_to_move(duration, length).seconds() * share), length);
}

ClipWindow uniform_window(MediaDuration duration, MediaDuration length, int index, int count) {
  VIGIL_CHECK(index >= 0 && index < count, "index of a window");
  const MediaDuration room = room_to_move(duration, length);
  return starting_at(count == 1 ? room / 2 : room * index / (count - 1), length);
}

}  // namespace vigil::learn
