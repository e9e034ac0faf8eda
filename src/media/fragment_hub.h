// FragmentHub: gives the pieces of a live video to everyone who watches, whenever they come: who joins gets the init and all
// since the last key frame at once, and so sees a picture without waiting for the next.
//
//   FragmentHub hub;
//   LiveFragments fragments([&](const LivePiece& piece) { hub.push(piece); });
//   auto subscription = hub.subscribe([&](const LivePiece& piece) { socket.send(piece); });   // until it is destroyed
//
// Each subscriber gets an init first, then fragments from a key frame on, in order and without a gap. Sinks are called
// without a lock, one call at a time each, on the thread of push() or subscribe(); they must not block (queue, and drop a
// slow watcher), for they hold up the camera. Callable from any thread, from within sinks too; a Subscription may outlive
// the hub.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "media/live_fragments.h"

namespace vigil::media {

// Of what is kept for those who join. Beyond either limit nothing is kept until the next key frame, for which they then
// wait.
struct FragmentHubOptions {
  std::size_t most_bytes = 16U << 20;
  std::size_t most_fragments = 1000;
};

class FragmentHub {
 public:
  class Subscription;

  explicit FragmentHub(FragmentHubOptions options = {});

  void push(const LivePiece& piece);

  // After the Subscription's end the sink is called no more, nor is it running (but where it ends its own).
  [[nodiscard]] Subscription subscribe(LivePieceSink sink);

  std::optional<LiveInit> init() const;  // the newest; nothing before the first
  std::size_t subscribers() const;
  std::size_t kept_fragments() const;  // for those who join now
  std::size_t kept_bytes() const;

 private:
  class Subscriber;
  struct State;
  std::shared_ptr<State> state_;
};

class FragmentHub::Subscription {
 public:
  Subscription() = default;  // to nothing
  ~Subscription() { cancel(); }
  Subscription(Subscription&& other) noexcept = default;
  Subscription& operator=(Subscription&& other) noexcept;

  void cancel();

 private:
  friend class FragmentHub;
  Subscription(std::weak_ptr<State> hub, std::shared_ptr<Subscriber> subscriber);

  std::weak_ptr<State> hub_;
  std::shared_ptr<Subscriber> subscriber_;
};

}  // namespace vigil::media
