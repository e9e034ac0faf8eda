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

std::optional<LivePicture> LiveFeed::picture() {
  const std::scoped_lock lock(mutex_);
  const std::int64_t now = steady_ms();
  // What was made before nobody asked for a while is old.
  if (now - asked_ms_ > kWantedForMs) picture_.reset();
  asked_ms_ = now;
  return picture_;
}

bool LiveFeed::pictures_wanted() const {
  const std::scoped_lock lock(mutex_);
  return asked_ms_ != 0 && steady_ms() - asked_ms_ <= kWantedForMs;
}

void LiveFeed::set_picture(std::string jpeg) {
  const std::scoped_lock lock(mutex_);
  const std::int64_t number = picture_ ? picture_->number + 1 : 1;
  picture_ = LivePicture{.jpeg = std::make_shared<const std::string>(std::move(jpeg)), .number = number};
}

}  // namespace vigil::station
