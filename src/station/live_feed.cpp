#include "station/live_feed.h"

#include <chrono>
#include <utility>

namespace vigil::station {
namespace {

constexpr std::int64_t kWantedForMs = 5'000;
constexpr std::int64_t kFreshForMs = 1'000;

std::int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

std::string LiveFeed::scene() const {
  const std::scoped_lock lock(mutex_);
  return scene_;
}

void LiveFeed::set_scene(std::string line) {
  {
    const std::scoped_lock lock(mutex_);
    scene_ = line;
  }
  data_.publish(line);
}

std::string LiveFeed::video_state() const {
  const std::scoped_lock lock(mutex_);
  return video_state_;
}

void LiveFeed::set_video_state(const std::string& line) {
  {
    const std::scoped_lock lock(mutex_);
    if (video_state_ == line) return;
    video_state_ = line;
  }
  if (!line.empty()) video_news_.publish(line);
}

std::optional<LivePicture> LiveFeed::picture(PictureKind kind) {
  const std::scoped_lock lock(mutex_);
  Slot& asked = slot(kind);
  const std::int64_t now = steady_ms();
  // What was made before nobody asked for a while is old, but where it was made just now for those who subscribe.
  if (now - asked.asked_ms > kWantedForMs && now - asked.made_ms > kFreshForMs) asked.picture.reset();
  asked.asked_ms = now;
  return asked.picture;
}

bool LiveFeed::wanted(PictureKind kind) const {
  if (slot(kind).hub.anybody()) return true;
  const std::scoped_lock lock(mutex_);
  const std::int64_t asked = slot(kind).asked_ms;
  return asked != 0 && steady_ms() - asked <= kWantedForMs;
}

void LiveFeed::set_picture(PictureKind kind, std::string jpeg) {
  LivePicture picture{.jpeg = std::make_shared<const std::string>(std::move(jpeg))};
  Slot& made = slot(kind);
  {
    const std::scoped_lock lock(mutex_);
    picture.number = ++made.made;
    made.made_ms = steady_ms();
    made.picture = picture;
  }
  made.hub.publish(picture);
}

}  // namespace vigil::station
