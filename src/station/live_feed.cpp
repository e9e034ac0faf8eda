#include "station/live_feed.h"

#include <chrono>
#include <utility>

namespace vigil::station {
namespace {

constexpr std::int64_t kWantedForMs = 5'000;

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
  Slot& slot = pictures_[static_cast<std::size_t>(kind)];
  const std::int64_t now = steady_ms();
  // What was made before nobody asked for a while is old.
  if (now - slot.asked_ms > kWantedForMs) slot.picture.reset();
  slot.asked_ms = now;
  return slot.picture;
}

bool LiveFeed::wanted(PictureKind kind) const {
  const std::scoped_lock lock(mutex_);
  const std::int64_t asked = pictures_[static_cast<std::size_t>(kind)].asked_ms;
  return asked != 0 && steady_ms() - asked <= kWantedForMs;
}

void LiveFeed::set_picture(PictureKind kind, std::string jpeg) {
  const std::scoped_lock lock(mutex_);
  auto& picture = pictures_[static_cast<std::size_t>(kind)].picture;
  const std::int64_t number = picture ? picture->number + 1 : 1;
  picture = LivePicture{.jpeg = std::make_shared<const std::string>(std::move(jpeg)), .number = number};
}

}  // namespace vigil::station
