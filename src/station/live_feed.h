// LiveFeed: what a camera shows now, for those who look: its own video in fragments, what was found in it as lines of JSON,
// and pictures with boxes burned in.
//
//   auto video = feed->video().subscribe(send);            // media/fragment_hub.h
//   auto news = feed->video_news().subscribe(send_text);   // that it is gone, or that browsers cannot play it
//   auto data = feed->data().subscribe(send_text);         // docs/live.md
//   auto picture = feed->picture(PictureKind::kBoxes);     // the newest JPEG; nothing yet
//   auto all = feed->pictures(PictureKind::kBoxes).subscribe(send_picture);
//
// One for each camera, whether it is watched or not. Lives as long as anybody holds it. Callable from any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/hub.h"
#include "media/fragment_hub.h"

namespace vigil::station {

enum class PictureKind { kPlain, kBoxes };  // without and with the people who were found in it

struct LivePicture {
  std::shared_ptr<const std::string> jpeg;
  std::int64_t number = 0;  // rises with each
};

class LiveFeed {
 public:
  media::FragmentHub& video() { return video_; }
  core::Hub<std::string>& video_news() { return video_news_; }
  core::Hub<std::string>& data() { return data_; }

  // What a newcomer to video() is told first; empty: it comes.
  std::string video_state() const;
  void set_video_state(const std::string& line);  // and tells all; empty: it comes

  // What a newcomer to data() is told first; empty: nothing yet.
  std::string scene() const;
  void set_scene(std::string line);

  // Pictures of a kind are made only while somebody subscribes to them or asks for one now and then: the first one comes a
  // moment later.
  core::Hub<LivePicture>& pictures(PictureKind kind) { return slot(kind).hub; }
  std::optional<LivePicture> picture(PictureKind kind);
  bool wanted(PictureKind kind) const;
  void set_picture(PictureKind kind, std::string jpeg);

 private:
  struct Slot {
    core::Hub<LivePicture> hub;
    std::optional<LivePicture> picture;
    std::int64_t made = 0;      // so many
    std::int64_t made_ms = 0;   // when the last was, on the steady clock; 0: never
    std::int64_t asked_ms = 0;  // when one was last asked for; 0: never
  };
  Slot& slot(PictureKind kind) { return slots_[static_cast<std::size_t>(kind)]; }
  const Slot& slot(PictureKind kind) const { return slots_[static_cast<std::size_t>(kind)]; }

  media::FragmentHub video_;
  core::Hub<std::string> video_news_;
  core::Hub<std::string> data_;
  mutable std::mutex mutex_;
  std::string scene_;
  std::string video_state_;
  std::array<Slot, 2> slots_;  // of pictures, by kind
};

}  // namespace vigil::station
