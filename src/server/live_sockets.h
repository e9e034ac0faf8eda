// LiveSockets: the WebSockets of docs/live.md: a camera's video, pictures of it, what is found in it, and news of the whole
// server. The door has permitted them; here they are fed.
//
//   auto sockets = std::make_shared<LiveSockets>(station, access, pool);
//   drogon::app().registerController(sockets);
//   sockets->watch_over(*loop);              // whose session has ended, or who does not read, is cut off
//
// A client holds up nobody: of video and pictures it is sent no more than it acknowledges, of all no more than it reads
// (outbox.h); one that answers no pings is disconnected.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "station/station.h"
#include <drogon/WebSocketController.h>

#include "server/access.h"
#include "server/door.h"
#include "server/live_client.h"
#include "server/worker_pool.h"

namespace vigil::server {

class LiveSockets : public drogon::WebSocketController<LiveSockets, false> {
 public:
  static constexpr std::size_t kMostSockets = 2000;

  LiveSockets(station::Station& station, AccessControl& access, WorkerPool& pool)
      : station_(station), access_(access), pool_(pool) {}

  WS_PATH_LIST_BEGIN
  WS_PATH_ADD(Door::kSocketPath);
  WS_PATH_LIST_END

  void handleNewConnection(const drogon::HttpRequestPtr& request, const drogon::WebSocketConnectionPtr& socket) override;
  void handleNewMessage(const drogon::WebSocketConnectionPtr& socket, std::string&& message,
                        const drogon::WebSocketMessageType& type) override;
  void handleConnectionClosed(const drogon::WebSocketConnectionPtr& socket) override;

  void watch_over(trantor::EventLoop& loop);
  void close_all();

 private:
  using Clients = std::map<drogon::WebSocketConnectionPtr, std::shared_ptr<LiveClient>>;

  void ping_all();
  void check_all();
  std::shared_ptr<LiveClient> client_of(const drogon::WebSocketConnectionPtr& socket);
  Clients clients();

  station::Station& station_;
  AccessControl& access_;
  WorkerPool& pool_;
  std::mutex mutex_;
  Clients clients_;
};

}  // namespace vigil::server
