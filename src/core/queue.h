// BoundedQueue: the only way items pass between threads on the line; never grows past its capacity.
//
//   BoundedQueue<Frame> queue({.capacity = 8, .when_full = WhenFull::kDropOldest});
//   queue.push(std::move(frame));        // producer
//   while (auto frame = queue.pop()) {}  // consumer, ends after close()
//
// Any number of producers and consumers. Order is first in, first out. Items still queued at close() are delivered;
// cancel() throws them away. Dropped items are counted, never silent.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "core/check.h"

namespace vigil::core {

enum class WhenFull {
  kBlock,       // files: push() waits, nothing is lost
  kDropOldest,  // live streams: the oldest item makes room and is counted
};

struct QueueOptions {
  std::size_t capacity = 8;  // items, at least 1; more smooths bursts and costs memory
  WhenFull when_full = WhenFull::kBlock;
};

template <typename T>
class BoundedQueue {
 public:
  explicit BoundedQueue(QueueOptions options) : options_(options) {
    VIGIL_CHECK(options.capacity >= 1, "a queue holds at least one item");
  }

  // Blocks while full under kBlock. False, and the item is gone, once the queue is closed or cancelled.
  bool push(T item) {
    std::unique_lock lock(mutex_);
    if (options_.when_full == WhenFull::kBlock) {
      not_full_.wait(lock, [&] { return closed_ || items_.size() < options_.capacity; });
    }
    if (closed_) return false;
    if (items_.size() >= options_.capacity) {
      items_.pop_front();
      ++dropped_;
    }
    items_.push_back(std::move(item));
    lock.unlock();
    not_empty_.notify_one();
    return true;
  }

  // Blocks while empty; nothing once the queue is closed and drained.
  std::optional<T> pop() {
    std::unique_lock lock(mutex_);
    not_empty_.wait(lock, [&] { return closed_ || !items_.empty(); });
    if (items_.empty()) return std::nullopt;
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    lock.unlock();
    not_full_.notify_one();
    return item;
  }

  // No more items will come; what is queued is still delivered.
  void close() { finish(false); }

  // Ends both sides at once; what is queued is discarded.
  void cancel() { finish(true); }

  std::size_t size() const {
    const std::scoped_lock lock(mutex_);
    return items_.size();
  }

  std::uint64_t dropped() const {
    const std::scoped_lock lock(mutex_);
    return dropped_;
  }

 private:
  void finish(bool discard) {
    {
      const std::scoped_lock lock(mutex_);
      closed_ = true;
      if (discard) items_.clear();
    }
    not_empty_.notify_all();
    not_full_.notify_all();
  }

  const QueueOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable not_empty_;
  std::condition_variable not_full_;
  std::deque<T> items_;
  bool closed_ = false;
  std::uint64_t dropped_ = 0;
};

}  // namespace vigil::core
