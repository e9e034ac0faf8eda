// LiveClient: one open socket and what it is fed. Four kinds: a camera's video, pictures of it, what is found in it, news of
// the server.
//
//   std::shared_ptr<LiveClient> client = live_client(station, permit, socket);
//   client->message(text);                       // from the browser
//   client->outbox().pong(payload);              // from the browser
//
// Feeding happens on the threads of cameras and of the station; sending never blocks them, and a browser that does not read
// takes no more than the outbox lets stand.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "station/station.h"
#include <drogon/WebSocketConnection.h>

#include "server/door.h"
#include "server/outbox.h"

namespace vigil::server {

class LiveClient {
 public:
  LiveClient(Permit permit, const drogon::WebSocketConnectionPtr& socket, std::uint64_t most_unread)
      : permit_(std::move(permit)), outbox_(socket, most_unread) {}
  virtual ~LiveClient() = default;

  virtual void message(const std::string& text) { static_cast<void>(text); }

  Outbox& outbox() { return outbox_; }
  const Permit& permit() const { return permit_; }

 private:
  const Permit permit_;
  Outbox outbox_;
};

// Null: there is nothing behind that address.
std::shared_ptr<LiveClient> live_client(station::Station& station, const Permit& permit,
                                        const drogon::WebSocketConnectionPtr& socket);

}  // namespace vigil::server
