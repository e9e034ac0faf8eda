// Sockets of browsers that read and of those that do not; what waits for a camera's picture; what of it is written down.
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <format>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>

#include "core/file_descriptor.h"
#include "server/served.h"
#include "server/socket_client.h"
#include "support/eventually.h"

namespace vigil::server {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using test::eventually;
using test::HttpClient;
using test::Served;
using test::SocketClient;
using testing::UnorderedElementsAre;

// A WebSocket that says something now and then and never reads, so it answers no ping either.
class TalkingClient {
 public:
  TalkingClient(const std::string& url, const std::string& path, const HttpClient& client)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
    if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return;
    std::string cookies;
    for (const auto& [name, value] : client.cookies) cookies += std::format("{}={}; ", name, value);
    send(std::format(
        "GET {} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: {}\r\n\r\n",
        path, url.substr(url.find("://") + 3), cookies));
    std::string head(12, '\0');
    if (::recv(socket_.get(), head.data(), head.size(), MSG_WAITALL) > 0) status_ = std::stoi(head.substr(9));
  }

  int status() const { return status_; }

  // {"ack": 9}, with a mask of zeros.
  void talk() { send(std::string("\x81\x8a\0\0\0\0", 6) + R"({"ack": 9})"); }

  // The server has ended the connection; seen without reading.
  bool is_ended() const {
    pollfd wait{.fd = socket_.get(), .events = POLLRDHUP, .revents = 0};
    return ::poll(&wait, 1, 0) > 0;
  }

 private:
  void send(const std::string& bytes) { ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL); }

  const core::FileDescriptor socket_;
  int status_ = 0;
};

TEST(LiveReading, keeps_who_answers_pings_and_ends_who_only_talks) {
  Served server;
  const HttpClient admin = server.admin();
  TalkingClient talker(server.url(), "/api/v1/updates", admin);
  SocketClient reader(server.url(), "/api/v1/updates", admin);
  ASSERT_EQ(talker.status(), 101);
  ASSERT_EQ(reader.status(), 101);
  EXPECT_TRUE(eventually([&] {
    reader.next(200ms);
    talker.talk();
    return talker.is_ended();
  }));
  reader.next(200ms);
  EXPECT_FALSE(reader.closed());
}

TEST(LivePictures, that_are_waited_for_hold_up_nobody) {
  Served server;
  HttpClient admin = server.admin();
  ASSERT_EQ(
      admin.post("/api/v1/cameras", {{"name", "Yard"}, {"address", "rtsp://127.0.0.1:9/none"}, {"enabled", false}}).status,
      201);
  const auto begun = std::chrono::steady_clock::now();
  std::vector<std::string> codes(80);
  {
    std::vector<std::jthread> waiting;
    for (std::string& code : codes) {
      waiting.emplace_back([&code, client = admin] mutable { code = client.get("/api/v1/cameras/1/snapshot").code(); });
    }
  }
  EXPECT_THAT(codes, testing::Each("no_picture"));
  // Each waits two seconds. One after the other on the eight workers they would take twenty.
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 15s);
}

TEST(LiveViews, and_recordings_are_written_down_once_in_a_while) {
  Served server;
  HttpClient admin = server.admin();
  for (const char* name : {"Yard", "Hall"}) {
    ASSERT_EQ(
        admin.post("/api/v1/cameras", {{"name", name}, {"address", "rtsp://127.0.0.1:9/none"}, {"enabled", false}}).status,
        201);
  }
  HttpClient viewer = server.user("vera", "viewer", {1});
  for (int i = 0; i < 3; ++i) {
    for (const char* stream : {"video", "pictures", "data"}) {
      EXPECT_EQ(SocketClient(server.url(), std::format("/api/v1/cameras/1/live/{}", stream), viewer).status(), 101);
    }
    EXPECT_EQ(SocketClient(server.url(), "/api/v1/cameras/2/live/video", viewer).status(), 404);
    EXPECT_EQ(viewer.get("/api/v1/cameras/1/recordings?from=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00Z").status, 200);
  }
  EXPECT_EQ(viewer.get("/api/v1/cameras/1/snapshot").code(), "no_picture");
  std::vector<std::string> viewed;
  const json audit = admin.get("/api/v1/audit?user=vera&action=view").json();
  for (const json& entry : audit["entries"]) viewed.push_back(entry["object"]);
  EXPECT_THAT(viewed, UnorderedElementsAre("live video of camera 1", "live pictures of camera 1", "recordings of camera 1",
                                           "live picture of camera 1"));
}

}  // namespace
}  // namespace vigil::server
