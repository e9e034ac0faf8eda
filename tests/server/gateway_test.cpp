// The public address: TLS by certificate files, whose a connection is, and connections that say nothing or nonsense.
#include "server/gateway.h"

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>

#include "core/file_descriptor.h"
#include "server/served.h"
#include "server/socket_client.h"
#include "server/tls_certificate.h"
#include "support/make_media.h"
#include "support/temp_dir.h"

namespace vigil::server {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using nlohmann::json;
using test::HttpAnswer;
using test::HttpClient;
using test::Served;
using test::SocketClient;
using testing::HasSubstr;
using testing::StartsWith;

// Vouches for itself, for 127.0.0.1.
void make_certificate(const fs::path& certificate, const fs::path& key) {
  test::run_program({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                     "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key.string(),
                     "-out", certificate.string()});
}

class Tls : public testing::Test {
 protected:
  Tls() { make_certificate(certificate_, key_); }

  const test::TempDir dir_;
  const fs::path certificate_ = dir_ / "cert.pem", key_ = dir_ / "key.pem";
};

TEST_F(Tls, carries_everything_and_marks_the_cookie) {
  Served server({.more = {"--certificate", certificate_.string(), "--key", key_.string()}});
  EXPECT_THAT(server.url(), StartsWith("https://127.0.0.1:"));
  EXPECT_THAT(server.setup_link(), StartsWith(server.url()));
  HttpClient client = server.nobody();
  EXPECT_THROW(client.get("/healthz"), std::runtime_error);  // nobody vouches for the certificate
  client.ca_file = certificate_.string();
  const std::string token = server.setup_link().substr(server.setup_link().find("token=") + 6);
  const HttpAnswer made = client.post(
      "/api/v1/setup", {{"token", token}, {"name", "ada"}, {"email", "ada@example.org"}, {"password", Served::kPassword}});
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_THAT(made.headers.at("set-cookie"), HasSubstr("Secure"));
  EXPECT_EQ(made.headers.count("strict-transport-security"), 1U);
  EXPECT_EQ(client.get("/api/v1/users").status, 200);

  SocketClient news(server.url(), "/api/v1/updates", client);
  ASSERT_EQ(news.status(), 101);
  ASSERT_EQ(client.post("/api/v1/cameras", {{"name", "Door"}, {"address", "rtsp://127.0.0.1:1/x"}}).status, 201);
  const auto told = news.next(20s);
  ASSERT_TRUE(told);
  EXPECT_THAT(told->bytes, HasSubstr("\"camera\""));
}

TEST_F(Tls, sends_those_there_who_ask_without) {
  Served server({.more = {"--certificate", certificate_.string(), "--key", key_.string()}});
  HttpClient plain("http" + server.url().substr(5));
  const HttpAnswer answer = plain.get("/events?from=x");
  EXPECT_EQ(answer.status, 308);
  EXPECT_EQ(answer.headers.at("location"), server.url() + "/events?from=x");
}

TEST_F(Tls, takes_up_a_renewed_certificate_and_keeps_the_old_one_where_the_new_cannot_be_used) {
  auto loaded = TlsCertificate::load(certificate_, key_);
  ASSERT_TRUE(loaded) << loaded.error().message;
  const auto now = TlsCertificate::Clock::now();
  const TlsCertificate::Context first = loaded->context(now);
  EXPECT_EQ(loaded->context(now + 2min), first);

  fs::resize_file(key_, 10);
  EXPECT_EQ(loaded->context(now + 4min), first);

  make_certificate(certificate_, key_);
  EXPECT_EQ(loaded->context(now + 4min + 1s), first) << "looked again at once";
  EXPECT_NE(loaded->context(now + 6min), first);
}

TEST_F(Tls, says_which_file_cannot_be_used) {
  Peers peers;
  const auto error = [&](const fs::path& certificate, const fs::path& key) {
    const auto opened = Gateway::open({.port = 0, .certificate = certificate, .key = key}, peers);
    return opened ? std::string() : opened.error().message;
  };
  const fs::path others = dir_ / "other.pem", other_key = dir_ / "other-key.pem";
  make_certificate(others, other_key);
  EXPECT_EQ(error(certificate_, key_), "");
  EXPECT_THAT(error(key_, key_), HasSubstr("key.pem is no certificate"));
  EXPECT_THAT(error(certificate_, certificate_), HasSubstr("cert.pem is no private key"));
  EXPECT_THAT(error(certificate_, other_key), HasSubstr("other-key.pem is no private key"));
}

TEST(Gateway, says_what_it_cannot_listen_on) {
  Peers peers;
  const auto taken = Gateway::open({.port = 0}, peers);
  ASSERT_TRUE(taken) << taken.error().message;
  const auto again = Gateway::open({.port = (*taken)->port()}, peers);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, core::ErrorCode::kIo);
  EXPECT_THAT(again.error().message, HasSubstr(std::to_string((*taken)->port())));
  EXPECT_THAT(Gateway::open({.address = "example.org"}, peers).error().message, HasSubstr("'example.org' is no address"));
}

TEST(Gateway, tells_the_server_where_a_caller_calls_from) {
  Served server;
  HttpClient admin = server.admin();
  HttpClient elsewhere = server.nobody();
  elsewhere.from = "127.0.0.7";
  ASSERT_EQ(elsewhere.post("/api/v1/session", {{"name", "ada"}, {"password", Served::kPassword}}).status, 200);
  const json sessions = admin.get("/api/v1/me/sessions").json();
  EXPECT_THAT(sessions.dump(), HasSubstr("\"127.0.0.7\""));
}

TEST(Gateway, believes_no_header_but_that_of_the_proxy) {
  Served server({.more = {"--proxy", "127.0.0.7"}});
  HttpClient admin = server.admin();
  HttpClient proxy = server.nobody(), liar = server.nobody();
  proxy.from = "127.0.0.7";
  const auto log_in = [](HttpClient& client) {
    return client.send({.method = "POST",
                        .path = "/api/v1/session",
                        .body = json{{"name", "ada"}, {"password", Served::kPassword}}.dump(),
                        .headers = {"Content-Type: application/json", "X-Forwarded-For: 192.0.2.1, 192.0.2.2"}});
  };
  ASSERT_EQ(log_in(proxy).status, 200);
  ASSERT_EQ(log_in(liar).status, 200);
  std::vector<std::string> addresses;
  for (const json& session : admin.get("/api/v1/me/sessions").json()) addresses.push_back(session["address"]);
  EXPECT_THAT(addresses, testing::UnorderedElementsAre("127.0.0.1", "127.0.0.1", "192.0.2.2"));
}

TEST(Gateway, is_held_up_by_nobody_who_says_nothing_or_nonsense) {
  Served server;
  HttpClient client = server.nobody();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(server.url().substr(server.url().rfind(':') + 1))));
  std::vector<std::unique_ptr<core::FileDescriptor>> silent;
  for (int i = 0; i < 200; ++i) {
    silent.push_back(std::make_unique<core::FileDescriptor>(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)));
    ASSERT_EQ(::connect(silent.back()->get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    const std::string nonsense(static_cast<std::size_t>(i) * 200, static_cast<char>(i));
    EXPECT_EQ(::send(silent.back()->get(), nonsense.data(), nonsense.size(), MSG_NOSIGNAL), std::ssize(nonsense));
  }
  EXPECT_EQ(client.get("/healthz").status, 200);
  silent.clear();
  EXPECT_EQ(client.get("/healthz").status, 200);
}

}  // namespace
}  // namespace vigil::server
