// Time-outs and cancellation over real sockets on this machine, and a file over HTTP.
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <format>
#include <thread>

#include "frame_checks.h"
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "media/source.h"
#include "support/make_media.h"

namespace vigil::media {
namespace {

using core::ErrorCode;
using core::MediaDuration;
using std::chrono::steady_clock;

// Answers every connection by sending `content` and then keeping silent, the connection open.
class Server {
 public:
  explicit Server(std::string content) : content_(std::move(content)), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 4) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("no socket to serve from");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  }
  ~Server() {
    thread_.request_stop();
    thread_.join();
    for (const int fd : connections_) close(fd);
    close(listener_);
  }

  std::string address() const { return std::format("127.0.0.1:{}", port_); }

 private:
  void serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pollfd waiting{.fd = listener_, .events = POLLIN, .revents = 0};
      if (poll(&waiting, 1, 50) <= 0) continue;
      const int fd = accept(listener_, nullptr, nullptr);
      if (fd < 0) continue;
      connections_.push_back(fd);
      std::array<char, 4096> request{};
      if (!content_.empty() && recv(fd, request.data(), request.size(), 0) > 0) {
        for (std::size_t sent = 0; sent < content_.size();) {
          const ssize_t n = send(fd, content_.data() + sent, content_.size() - sent, MSG_NOSIGNAL);
          if (n <= 0) break;
          sent += static_cast<std::size_t>(n);
        }
      }
    }
  }

  std::string content_;
  int listener_;
  int port_ = 0;
  std::vector<int> connections_;
  std::jthread thread_;
};

std::string over_http(const std::string& body, std::size_t claimed) {
  return std::format("HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\nContent-Length: {}\r\n\r\n", claimed) + body;
}

std::string stream() {
  return test::read_bytes(
      test::make_media("net.ts", "-f lavfi -i testsrc2=s=320x240:r=25:d=8 -pix_fmt yuv420p -c:v libx264 -g 25"));
}

TEST(Network, reads_a_file_over_http) {
  const std::string body = stream();
  const Server server(over_http(body, body.size()));
  auto source = Source::open("http://" + server.address() + "/net.ts");
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_EQ(test::look_at_all(**source).size(), 200u);
}

TEST(Network, silence_at_opening_is_a_time_out) {
  const Server server("");
  for (const std::string scheme : {"http", "rtsp", "tcp"}) {
    const auto source = Source::open(scheme + "://user:secret@" + server.address() + "/x",
                                     {.open_timeout = MediaDuration::from_seconds(0.4)});
    ASSERT_FALSE(source) << scheme;
    EXPECT_EQ(source.error().code, ErrorCode::kTimedOut) << source.error().message;
    EXPECT_THAT(source.error().message, testing::HasSubstr("127.0.0.1"));
    EXPECT_THAT(source.error().message, testing::Not(testing::HasSubstr("secret")));
  }
}

TEST(Network, silence_in_mid_stream_is_a_time_out_after_the_frames_that_came) {
  const std::string body = stream();
  const Server server(over_http(body.substr(0, body.size() * 3 / 4), body.size()));
  auto source = Source::open("http://" + server.address() + "/net.ts", {.read_timeout = MediaDuration::from_seconds(0.4)});
  ASSERT_TRUE(source) << source.error().message;
  int frames = 0;
  for (;;) {
    const auto frame = (*source)->read();
    if (frame) {
      ASSERT_TRUE(*frame) << "the end, where silence was";
      ++frames;
      continue;
    }
    EXPECT_EQ(frame.error().code, ErrorCode::kTimedOut) << frame.error().message;
    break;
  }
  EXPECT_GT(frames, 50);
}

TEST(Network, refused_connections_say_so) {
  int port = 0;
  {
    const Server gone("");
    port = std::stoi(gone.address().substr(10));
  }
  const auto source = Source::open(std::format("http://127.0.0.1:{}/x.mp4", port));
  ASSERT_FALSE(source);
  EXPECT_THAT(source.error().message, testing::HasSubstr("refused"));
}

TEST(Network, a_stop_ends_a_blocking_open_and_a_blocking_read_long_before_they_time_out) {
  const std::string body = stream();
  const Server silent("");
  const Server stalling(over_http(body.substr(0, body.size() * 3 / 4), body.size()));
  for (const std::string& url : {"rtsp://" + silent.address() + "/x", "http://" + stalling.address() + "/net.ts"}) {
    std::stop_source stop;
    std::optional<core::Error> error;
    std::jthread reader([&] {
      auto source = Source::open(url, {.stop = stop.get_token()});
      if (!source) {
        error = source.error();
        return;
      }
      for (;;) {
        const auto frame = (*source)->read();
        if (frame && *frame) continue;
        if (!frame) error = frame.error();
        return;
      }
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    const auto asked = steady_clock::now();
    stop.request_stop();
    reader.join();
    EXPECT_LT(steady_clock::now() - asked, std::chrono::seconds(5)) << url;
    ASSERT_TRUE(error) << url;
    EXPECT_EQ(error->code, ErrorCode::kCancelled) << error->message;
  }
}

}  // namespace
}  // namespace vigil::media
