#include "server/live_sockets.h"

#include <chrono>
#include <utility>

namespace vigil::server {
namespace {

constexpr double kPingEveryS = 5;
constexpr auto kSilentFor = std::chrono::seconds(30);
constexpr double kCheckEveryS = 10;

}  // namespace

void LiveSockets::handleNewConnection(const drogon::HttpRequestPtr& request, const drogon::WebSocketConnectionPtr& socket) {
  const auto permit = request->attributes()->get<std::shared_ptr<Permit>>(Door::kPermit);
  if (!permit || clients().size() >= kMostSockets) {
    socket->shutdown(drogon::CloseCode::kViolation, "too many connections");
    return;
  }
  auto client = live_client(station_, *permit, socket);
  if (!client) {
    socket->shutdown(drogon::CloseCode::kViolation, "nothing is shown there");
    return;
  }
  socket->disablePing();  // the outbox has its own
  const std::scoped_lock lock(mutex_);
  clients_.emplace(socket, std::move(client));
}

void LiveSockets::handleNewMessage(const drogon::WebSocketConnectionPtr& socket, std::string&& message,
                                   const drogon::WebSocketMessageType& type) {
  const auto client = client_of(socket);
  if (!client) return;
  if (type == drogon::WebSocketMessageType::Pong) client->outbox().pong(message);
  if (type == drogon::WebSocketMessageType::Text) client->message(message);
}

void LiveSockets::handleConnectionClosed(const drogon::WebSocketConnectionPtr& socket) {
  std::shared_ptr<LiveClient> gone;  // before the lock, so that it ends after it
  const std::scoped_lock lock(mutex_);
  const auto found = clients_.find(socket);
  if (found == clients_.end()) return;
  gone = std::move(found->second);
  clients_.erase(found);
}

std::shared_ptr<LiveClient> LiveSockets::client_of(const drogon::WebSocketConnectionPtr& socket) {
  const std::scoped_lock lock(mutex_);
  const auto found = clients_.find(socket);
  return found == clients_.end() ? nullptr : found->second;
}

LiveSockets::Clients LiveSockets::clients() {
  const std::scoped_lock lock(mutex_);
  return clients_;
}

void LiveSockets::watch_over(trantor::EventLoop& loop) {
  loop.runEvery(kPingEveryS, [this] { ping_all(); });
  loop.runEvery(kCheckEveryS, [this] { pool_.post([this] { check_all(); }); });
}

void LiveSockets::ping_all() {
  for (const auto& [socket, client] : clients()) client->outbox().ping();
}

void LiveSockets::check_all() {
  for (const auto& [socket, client] : clients()) {
    if (client->outbox().silent() > kSilentFor) {
      socket->forceClose();
    } else if (!access_.still_permits(client->permit().caller, client->permit().camera)) {
      socket->shutdown(drogon::CloseCode::kViolation, "no longer permitted");
    }
  }
}

void LiveSockets::close_all() {
  for (const auto& [socket, client] : clients()) socket->forceClose();
}

}  // namespace vigil::server
