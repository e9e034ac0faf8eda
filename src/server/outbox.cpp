#include "server/outbox.h"

#include <algorithm>

#include "archive/tokens.h"

namespace vigil::server {
namespace {

// Pings go along with this share of the bound, so that a browser that reads never comes near it.
constexpr std::uint64_t kShare = 4;

}  // namespace

bool Outbox::send(const std::string& bytes, drogon::WebSocketMessageType type) {
  const auto open = socket_.lock();
  const std::scoped_lock lock(mutex_);
  if (!open || closed_ || sent_ - read_ + bytes.size() > most_unread_) return false;
  open->send(bytes, type);
  sent_ += bytes.size();
  if (sent_ - (pings_.empty() ? read_ : pings_.back().sent) >= most_unread_ / kShare) ping(*open);
  return true;
}

bool Outbox::caught_up() const {
  const std::scoped_lock lock(mutex_);
  return sent_ - read_ <= most_unread_ / kShare;
}

void Outbox::ping() {
  const auto open = socket_.lock();
  const std::scoped_lock lock(mutex_);
  if (open && !closed_) ping(*open);
}

void Outbox::ping(drogon::WebSocketConnection& open) {
  pings_.push_back({.payload = archive::random_token(), .sent = sent_});
  open.send(pings_.back().payload, drogon::WebSocketMessageType::Ping);
}

void Outbox::pong(const std::string& payload) {
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find(pings_, payload, &Ping::payload);
  if (found == pings_.end()) return;
  read_ = found->sent;
  answered_ = now_();
  pings_.erase(pings_.begin(), std::next(found));
}

Outbox::Clock::duration Outbox::silent() const {
  const std::scoped_lock lock(mutex_);
  return now_() - answered_;
}

void Outbox::close(const std::string& reason) {
  const auto open = socket_.lock();
  {
    const std::scoped_lock lock(mutex_);
    if (std::exchange(closed_, true)) return;
  }
  if (open) open->shutdown(drogon::CloseCode::kEndpointGone, reason);
}

}  // namespace vigil::server
