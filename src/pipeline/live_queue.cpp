#include "pipeline/live_queue.h"

#include <utility>

namespace vigil::pipeline {

template <typename T>
void LiveQueue::push_to(std::deque<T>& items, T item, std::size_t capacity) {
  {
    const std::scoped_lock lock(mutex_);
    if (items.size() >= capacity) {
      items.pop_front();
      ++dropped_;
    }
    items.push_back(std::move(item));
  }
  not_empty_.notify_one();
}

void LiveQueue::push(AssembledWindow window) { push_to(windows_, std::move(window), kWindows); }
void LiveQueue::push(media::Frame frame) { push_to(frames_, std::move(frame), kFrames); }

std::optional<StageItem> LiveQueue::next(std::chrono::nanoseconds limit) {
  std::unique_lock lock(mutex_);
  not_empty_.wait_for(lock, limit, [&] { return closed_ || !windows_.empty() || !frames_.empty(); });
  if (windows_.empty() && frames_.empty()) return std::nullopt;
  const bool window_first = frames_.empty() || (!windows_.empty() && windows_.front().end <= frames_.front().pts());
  if (window_first) {
    StageItem item(std::move(windows_.front()));
    windows_.pop_front();
    return item;
  }
  StageItem item(std::move(frames_.front()));
  frames_.pop_front();
  return item;
}

void LiveQueue::close() {
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
  }
  not_empty_.notify_all();
}

bool LiveQueue::done() const {
  const std::scoped_lock lock(mutex_);
  return closed_ && windows_.empty() && frames_.empty();
}

std::uint64_t LiveQueue::dropped() const {
  const std::scoped_lock lock(mutex_);
  return dropped_;
}

}  // namespace vigil::pipeline
