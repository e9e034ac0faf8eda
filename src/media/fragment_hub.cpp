#include "media/fragment_hub.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace vigil::media {

// Calls its sink with one piece after the other, whichever thread they come from.
class FragmentHub::Subscriber {
 public:
  explicit Subscriber(LivePieceSink sink) : sink_(std::move(sink)) {}

  void add(const LivePiece& piece) {
    const std::scoped_lock lock(mutex_);
    waiting_.push_back(piece);
  }

  // Returns at once where another call is at it, which then goes on with what was added.
  void deliver() {
    std::unique_lock lock(mutex_);
    if (on_ != std::thread::id()) return;
    on_ = std::this_thread::get_id();
    while (!waiting_.empty() && !cancelled_) {
      const LivePiece piece = std::move(waiting_.front());
      waiting_.pop_front();
      if (!wanted(piece)) continue;
      lock.unlock();
      sink_(piece);
      lock.lock();
    }
    on_ = {};
    idle_.notify_all();
  }

  void cancel() {
    std::unique_lock lock(mutex_);
    cancelled_ = true;
    if (on_ == std::this_thread::get_id()) return;
    idle_.wait(lock, [&] { return on_ == std::thread::id(); });
  }

 private:
  // From an init on, and then from a key frame on.
  bool wanted(const LivePiece& piece) {
    if (std::holds_alternative<LiveInit>(piece)) {
      has_init_ = true;
      has_key_ = false;
      return true;
    }
    has_key_ |= has_init_ && std::get<LiveFragment>(piece).key;
    return has_key_;
  }

  const LivePieceSink sink_;
  std::mutex mutex_;
  std::condition_variable idle_;
  std::deque<LivePiece> waiting_;
  std::thread::id on_;  // where the sink is called now
  bool cancelled_ = false;
  bool has_init_ = false;
  bool has_key_ = false;
};

struct FragmentHub::State {
  void keep(const LivePiece& piece);

  FragmentHubOptions options;
  mutable std::mutex mutex;
  std::optional<LiveInit> init;
  std::vector<LiveFragment> kept;  // from a key frame on, or empty
  std::size_t bytes = 0;           // of them
  std::vector<std::shared_ptr<Subscriber>> subscribers;
};

void FragmentHub::State::keep(const LivePiece& piece) {
  const auto forget = [this] {
    kept.clear();
    bytes = 0;
  };
  if (const auto* newer = std::get_if<LiveInit>(&piece)) {
    init = *newer;
    forget();
    return;
  }
  const auto& fragment = std::get<LiveFragment>(piece);
  if (fragment.key) forget();
  if (kept.empty() && !fragment.key) return;
  kept.push_back(fragment);
  bytes += fragment.bytes->size();
  if (kept.size() > options.most_fragments || bytes > options.most_bytes) forget();
}

FragmentHub::FragmentHub(FragmentHubOptions options) : state_(std::make_shared<State>()) { state_->options = options; }

void FragmentHub::push(const LivePiece& piece) {
  std::vector<std::shared_ptr<Subscriber>> subscribers;
  {
    const std::scoped_lock lock(state_->mutex);
    state_->keep(piece);
    subscribers = state_->subscribers;
    for (const auto& subscriber : subscribers) subscriber->add(piece);
  }
  for (const auto& subscriber : subscribers) subscriber->deliver();
}

FragmentHub::Subscription FragmentHub::subscribe(LivePieceSink sink) {
  auto subscriber = std::make_shared<Subscriber>(std::move(sink));
  {
    const std::scoped_lock lock(state_->mutex);
    if (state_->init) subscriber->add(*state_->init);
    for (const LiveFragment& fragment : state_->kept) subscriber->add(fragment);
    state_->subscribers.push_back(subscriber);
  }
  subscriber->deliver();
  return {state_, std::move(subscriber)};
}

std::optional<LiveInit> FragmentHub::init() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->init;
}

std::size_t FragmentHub::subscribers() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->subscribers.size();
}

std::size_t FragmentHub::kept_fragments() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->kept.size();
}

std::size_t FragmentHub::kept_bytes() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->bytes;
}

FragmentHub::Subscription::Subscription(std::weak_ptr<State> hub, std::shared_ptr<Subscriber> subscriber)
    : hub_(std::move(hub)), subscriber_(std::move(subscriber)) {}

FragmentHub::Subscription& FragmentHub::Subscription::operator=(Subscription&& other) noexcept {
  if (this == &other) return *this;
  cancel();
  hub_ = std::move(other.hub_);
  subscriber_ = std::move(other.subscriber_);
  return *this;
}

void FragmentHub::Subscription::cancel() {
  const auto subscriber = std::exchange(subscriber_, nullptr);
  if (!subscriber) return;
  if (const auto hub = hub_.lock()) {
    const std::scoped_lock lock(hub->mutex);
    std::erase(hub->subscribers, subscriber);
  }
  subscriber->cancel();
}

}  // namespace vigil::media
