// SocketClient: a WebSocket for tests, with the cookies of an HttpClient.
//
//   SocketClient socket(server.url(), "/api/v1/updates", client);
//   ASSERT_EQ(socket.status(), 101);
//   while (auto message = socket.next(std::chrono::seconds(5))) use(message->text);
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/http_client.h"

namespace vigil::test {

struct SocketMessage {
  bool binary = false;
  std::string bytes = {};
};

class SocketClient {
 public:
  SocketClient(const std::string& url, const std::string& path, const HttpClient& client,
               const std::vector<std::string>& headers = {});
  ~SocketClient();

  int status() const { return status_; }  // of the handshake; 101: open

  // Nothing: none came in time, or the server has closed it.
  std::optional<SocketMessage> next(std::chrono::milliseconds limit);
  void send(const std::string& text);
  bool closed() const { return closed_; }

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
  int status_ = 0;
  bool closed_ = false;
  SocketMessage partial_;
};

}  // namespace vigil::test
