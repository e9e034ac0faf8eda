// RecentPeople: the people of the last frames of a live stream, out of which the boxes and pictures of an event are taken
// when it has ended.
//
//   RecentPeople recent(MediaDuration::from_seconds(60));
//   recent.push(frame_people);                        // the line, in order
//   recent.keep_from(event.begin - pre_roll);         // an event is open
//   auto frames = recent.between(clip.begin, clip.end);
//
// Keeps a stretch of time, more while asked to, and never more than kMostFrames. Callable from any thread.
#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "core/people.h"
#include "core/time.h"

namespace vigil::pipeline {

class RecentPeople {
 public:
  static constexpr std::size_t kMostFrames = 20'000;  // half an hour at ten a second

  explicit RecentPeople(core::MediaDuration keep) : keep_(keep) {}

  // Frames in rising order of time.
  void push(core::FramePeople frame);

  // What is later is kept beyond the stretch. Nothing: no more.
  void keep_from(std::optional<core::MediaTime> time);

  std::vector<core::FramePeople> between(core::MediaTime begin, core::MediaTime end) const;  // both included

  // Up to here all people are known. Nothing: none were pushed.
  std::optional<core::MediaTime> until() const;

 private:
  void forget_old();

  const core::MediaDuration keep_;
  mutable std::mutex mutex_;
  std::deque<core::FramePeople> frames_;
  std::optional<core::MediaTime> keep_from_;
};

}  // namespace vigil::pipeline
