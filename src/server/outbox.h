// Outbox: what one socket is sent, and how much of it the browser has not read. It pings with payloads that nobody can
// guess; a pong that brings one back proves that all that was sent before it was read. Never more than a bound stands
// unread.
//
//   Outbox outbox(socket, 1 << 20);
//   if (!outbox.send_text(line)) …            // there is no room
//   outbox.ping();                            // every few seconds
//   outbox.pong(payload);                     // from the browser
//
// The connection is held weakly. Callable from any thread; never blocks on the browser.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include <drogon/WebSocketConnection.h>

namespace vigil::server {

class Outbox {
 public:
  using Clock = std::chrono::steady_clock;

  // `most_unread`: bytes. Below, a browser that reads is taken for one that does not while its pongs are on their way.
  Outbox(const drogon::WebSocketConnectionPtr& socket, std::uint64_t most_unread,
         std::function<Clock::time_point()> now = Clock::now)
      : socket_(socket), most_unread_(most_unread), now_(std::move(now)), answered_(now_()) {}

  // False, and nothing is sent: it would not fit, or the socket is closed.
  bool send_text(const std::string& text) { return send(text, drogon::WebSocketMessageType::Text); }
  bool send_binary(const std::string& bytes) { return send(bytes, drogon::WebSocketMessageType::Binary); }

  // So little is unread that sending is worth while again after it was not.
  bool caught_up() const;

  void ping();
  // One that no ping had means nothing.
  void pong(const std::string& payload);
  Clock::duration silent() const;  // since the last right pong

  // What waits is still sent; nothing more is. The browser connects again.
  void close(const std::string& reason);

 private:
  struct Ping {
    std::string payload;
    std::uint64_t sent = 0;  // bytes before it
  };

  bool send(const std::string& bytes, drogon::WebSocketMessageType type);
  void ping(drogon::WebSocketConnection& open);

  const std::weak_ptr<drogon::WebSocketConnection> socket_;
  const std::uint64_t most_unread_;
  const std::function<Clock::time_point()> now_;
  mutable std::mutex mutex_;  // of what follows
  std::uint64_t sent_ = 0, read_ = 0;
  std::deque<Ping> pings_;  // not answered
  Clock::time_point answered_;
  bool closed_ = false;
};

}  // namespace vigil::server
