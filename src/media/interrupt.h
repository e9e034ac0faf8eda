// Interrupt: what FFmpeg asks, many times a second while it blocks, whether to give up. Used only inside this room.
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <utility>

#include "core/time.h"

namespace vigil::media {

class Interrupt {
 public:
  explicit Interrupt(std::stop_token stop) : stop_(std::move(stop)) {}

  // From now until the next call of either, blocking work may take `limit`.
  void start(core::MediaDuration limit) {
    deadline_ = std::chrono::steady_clock::now() + std::chrono::microseconds(limit.us());
  }
  void clear() { deadline_.reset(); }

  bool stopped() const { return stop_.stop_requested(); }
  bool expired() const { return deadline_ && std::chrono::steady_clock::now() > *deadline_; }
  bool raised() const { return stopped() || expired(); }

 private:
  std::stop_token stop_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
};

}  // namespace vigil::media
