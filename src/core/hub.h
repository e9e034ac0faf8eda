// Hub: tells all who subscribed; how news leaves the line without holding it up.
//
//   Hub<Notice> hub;
//   auto subscription = hub.subscribe([](const Notice& notice) { queue.push(notice); });
//   hub.publish(notice);
//   subscription.reset();     // when this returns, the sink runs no more (but where it is reset from within the sink)
//
// Callable from any thread. Sinks are called on the publisher's thread, outside of any lock on the list, and must not block.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace vigil::core {

// Ends a subscription with its life.
using Subscription = std::shared_ptr<void>;

template <typename T>
class Hub {
 public:
  using Sink = std::function<void(const T&)>;

  [[nodiscard]] Subscription subscribe(Sink sink) {
    auto subscriber = std::make_shared<Subscriber>(std::move(sink));
    {
      const std::scoped_lock lock(state_->mutex);
      state_->subscribers.push_back(subscriber);
    }
    return Subscription(subscriber.get(), [subscriber, state = state_](void*) {
      {
        const std::scoped_lock lock(state->mutex);
        std::erase(state->subscribers, subscriber);
      }
      const std::scoped_lock calling(subscriber->mutex);
      subscriber->sink = nullptr;
    });
  }

  void publish(const T& news) {
    std::vector<std::shared_ptr<Subscriber>> subscribers;
    {
      const std::scoped_lock lock(state_->mutex);
      subscribers = state_->subscribers;
    }
    for (const auto& subscriber : subscribers) {
      const std::scoped_lock calling(subscriber->mutex);
      if (subscriber->sink) subscriber->sink(news);
    }
  }

  bool anybody() const {
    const std::scoped_lock lock(state_->mutex);
    return !state_->subscribers.empty();
  }

 private:
  struct Subscriber {
    explicit Subscriber(Sink given) : sink(std::move(given)) {}
    std::recursive_mutex mutex;
    Sink sink;
  };
  struct State {
    std::mutex mutex;
    std::vector<std::shared_ptr<Subscriber>> subscribers;
  };

  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace vigil::core
