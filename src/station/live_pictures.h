// LivePictures: pictures with the people in them, for who cannot see the camera's own video: made only while a LiveFeed's
// pictures are wanted, once for all who look.
//
//   LivePictures pictures(feed, mask);
//   pictures.take(frame);                  // in order
//   pictures.take(people, frame_people);   // of an earlier frame
//
// Holds a second of frames. One thread at a time.
#pragma once

#include <deque>

#include "station/live_feed.h"

#include "core/people.h"
#include "media/frame.h"
#include "media/privacy_mask.h"

namespace vigil::station {

class LivePictures {
 public:
  explicit LivePictures(LiveFeed& feed) : feed_(feed) {}

  // Painted over in every picture from now on.
  void set_mask(media::PrivacyMask mask) { mask_ = std::move(mask); }
  // Nobody looks for people: all pictures come without them.
  void set_without_people(bool without) { without_people_ = without; }

  void take(const media::Frame& frame);
  void take(const core::FramePeople& people);

 private:
  void show(const media::Frame& frame, const core::FramePeople& people);

  LiveFeed& feed_;
  media::PrivacyMask mask_;
  bool without_people_ = false;
  std::deque<media::Frame> frames_;  // whose people are not known yet
};

}  // namespace vigil::station
