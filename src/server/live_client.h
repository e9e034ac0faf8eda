// LiveClient: one open socket and what it is fed. Four kinds: a camera's video, pictures of it, what is found in it, news of
// the server.
//
//   std::shared_ptr<LiveClient> client = live_client(station, permit, socket);
//   client->message(text);                       // from the browser
//
// Feeding happens on the threads of cameras and of the station; sending never blocks them.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "station/station.h"
#include <drogon/WebSocketConnection.h>

#include "server/door.h"

namespace vigil::server {

class LiveClient {
 public:
  using Clock = std::chrono::steady_clock;

  LiveClient(Permit permit) : permit_(std::move(permit)), answered_(Clock::now().time_since_epoch().count()) {}
  virtual ~LiveClient() = default;

  virtual void message(const std::string& text) { static_cast<void>(text); }

  // The browser answered a ping.
  void answered() { answered_ = Clock::now().time_since_epoch().count(); }
  Clock::duration silent() const { return Clock::now().time_since_epoch() - Clock::duration(answered_.load()); }

  const Permit& permit() const { return permit_; }

 private:
  const Permit permit_;
  std::atomic<Clock::rep> answered_;
};

// Null: there is nothing behind that address.
std::shared_ptr<LiveClient> live_client(station::Station& station, const Permit& permit,
                                        const drogon::WebSocketConnectionPtr& socket);

}  // namespace vigil::server
