// LiveQueue: what waits between the thread that reads a camera and the line: a few windows and a few frames. Never grows,
// and never keeps the reader waiting: where one kind is full, its oldest makes room and is counted, so that a line that is
// behind looks at what is new. Frames for people come often and cost much; they have a bound of their own, so they push out
// no window.
//
//   queue.push(std::move(window)); queue.push(std::move(frame));              // the reader
//   while (!queue.done()) if (auto item = queue.next(seconds(3))) use(*item);  // the line: the oldest of both kinds
//
// One thread pushes, one takes; the rest may be called from any.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

#include "pipeline/frame_stage.h"

namespace vigil::pipeline {

class LiveQueue {
 public:
  static constexpr std::size_t kWindows = 2;
  static constexpr std::size_t kFrames = 3;

  void push(AssembledWindow window);
  void push(media::Frame frame);

  // The item that was complete first; nothing when none came within `limit`, and once all are taken after close().
  std::optional<StageItem> next(std::chrono::nanoseconds limit);

  void close();       // no more come; what waits is still given
  bool done() const;  // closed, and all are taken
  std::uint64_t dropped() const;

 private:
  template <typename T>
  void push_to(std::deque<T>& items, T item, std::size_t capacity);

  mutable std::mutex mutex_;
  std::condition_variable not_empty_;
  std::deque<AssembledWindow> windows_;
  std::deque<media::Frame> frames_;
  bool closed_ = false;
  std::uint64_t dropped_ = 0;
};

}  // namespace vigil::pipeline
