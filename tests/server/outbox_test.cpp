// What a socket is sent while its browser reads, stops reading, lies, and reads again.
#include "server/outbox.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

namespace vigil::server {
namespace {

using namespace std::chrono_literals;
using drogon::WebSocketMessageType;
using testing::IsEmpty;

constexpr std::uint64_t kMost = 1000;

// Keeps what is sent.
class FakeSocket : public drogon::WebSocketConnection {
 public:
  void send(const char* bytes, std::uint64_t size, WebSocketMessageType type) override {
    send(std::string(bytes, size), type);
  }
  void send(const std::string& bytes, WebSocketMessageType type) override {
    if (type == WebSocketMessageType::Ping) {
      pings.push_back(bytes);
    } else {
      messages.emplace_back(type, bytes);
    }
  }
  const trantor::InetAddress& localAddr() const override { return address_; }
  const trantor::InetAddress& peerAddr() const override { return address_; }
  bool connected() const override { return !closed; }
  bool disconnected() const override { return closed; }
  void shutdown(drogon::CloseCode, const std::string& why) override {
    closed = true;
    reason = why;
  }
  void forceClose() override { closed = true; }
  void setPingMessage(const std::string&, const std::chrono::duration<double>&) override {}
  void disablePing() override {}

  std::size_t bytes() const {
    std::size_t sum = 0;
    for (const auto& [type, message] : messages) sum += message.size();
    return sum;
  }

  std::vector<std::pair<WebSocketMessageType, std::string>> messages;
  std::vector<std::string> pings;
  bool closed = false;
  std::string reason;

 private:
  const trantor::InetAddress address_;
};

class OutboxTest : public testing::Test {
 protected:
  // As a browser that has read all does.
  void answer_pings() {
    for (const std::string& ping : std::exchange(socket_->pings, {})) outbox_.pong(ping);
  }

  std::shared_ptr<FakeSocket> socket_ = std::make_shared<FakeSocket>();
  Outbox::Clock::time_point now_;
  Outbox outbox_{socket_, kMost, [this] { return now_; }};
};

TEST_F(OutboxTest, whoever_reads_gets_everything) {
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(outbox_.send_text(std::string(90, 'a'))) << i;
    answer_pings();
  }
  EXPECT_EQ(socket_->bytes(), 45'000U);
  EXPECT_TRUE(outbox_.send_binary("b"));
  EXPECT_EQ(socket_->messages.back().first, WebSocketMessageType::Binary);
}

TEST_F(OutboxTest, whoever_does_not_read_gets_no_more_than_the_bound) {
  for (int i = 0; i < 500; ++i) outbox_.send_text(std::string(90, 'a'));
  EXPECT_LE(socket_->bytes(), kMost);
  EXPECT_GT(socket_->bytes(), kMost / 2);
  EXPECT_FALSE(outbox_.caught_up());
  outbox_.ping();
  answer_pings();
  EXPECT_TRUE(outbox_.caught_up());
  EXPECT_TRUE(outbox_.send_text("again"));
}

TEST_F(OutboxTest, one_message_beyond_the_bound_is_not_sent) {
  EXPECT_FALSE(outbox_.send_text(std::string(kMost + 1, 'a')));
  EXPECT_TRUE(outbox_.send_text(std::string(kMost, 'a')));
}

TEST_F(OutboxTest, a_pong_tells_of_what_was_sent_before_its_ping) {
  ASSERT_TRUE(outbox_.send_text(std::string(100, 'a')));
  outbox_.ping();
  ASSERT_FALSE(socket_->pings.empty());
  const std::string first = socket_->pings.back();
  while (outbox_.send_text(std::string(100, 'a'))) {
  }
  outbox_.pong(first);
  EXPECT_TRUE(outbox_.send_text(std::string(100, 'a')));
  EXPECT_FALSE(outbox_.send_text(std::string(100, 'a'))) << "only so much was read";
  outbox_.pong(first);
  EXPECT_FALSE(outbox_.send_text(std::string(100, 'a'))) << "each ping counts once";
}

TEST_F(OutboxTest, a_pong_that_answers_no_ping_means_nothing) {
  while (outbox_.send_text(std::string(100, 'a'))) {
  }
  now_ += 20s;
  for (const char* guess : {"", "a", "0", "pong"}) outbox_.pong(guess);
  EXPECT_FALSE(outbox_.send_text("a"));
  EXPECT_EQ(outbox_.silent(), 20s);
  answer_pings();
  EXPECT_EQ(outbox_.silent(), 0s);
}

TEST_F(OutboxTest, what_pings_say_cannot_be_foreseen) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) outbox_.ping();
  for (const std::string& ping : socket_->pings) {
    EXPECT_TRUE(seen.insert(ping).second);
    EXPECT_GE(ping.size(), 20U);
    EXPECT_LE(ping.size(), 125U) << "more than a ping may hold";
  }
}

TEST_F(OutboxTest, nothing_is_sent_once_it_is_closed_or_gone) {
  outbox_.close("too much is unread");
  EXPECT_TRUE(socket_->closed);
  EXPECT_EQ(socket_->reason, "too much is unread");
  EXPECT_FALSE(outbox_.send_text("a"));
  outbox_.ping();
  EXPECT_THAT(socket_->messages, IsEmpty());
  EXPECT_THAT(socket_->pings, IsEmpty());
  Outbox orphan(std::make_shared<FakeSocket>(), kMost);
  EXPECT_FALSE(orphan.send_text("a"));
  orphan.ping();
  orphan.close("gone");
}

}  // namespace
}  // namespace vigil::server
