// What happens around the server: the database goes away, is held by another program, the disk is full. It says so, loses
// nothing, and goes on by itself.
#include <chrono>
#include <format>
#include <latch>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "station/staged.h"
#include <gmock/gmock.h>

#include "archive/database.h"
#include "archive/wall_time.h"
#include "server/instants.h"
#include "server/served.h"
#include "server/socket_client.h"
#include "server/tus.h"
#include "support/eventually.h"
#include "support/make_media.h"
#include "support/postgres.h"

namespace vigil::server {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using test::begin_upload;
using test::eventually;
using test::HttpAnswer;
using test::HttpClient;
using test::send_piece;
using test::Served;
using test::SocketClient;
using test::upload_offset;

TEST(Faults, postgresql_is_restarted) {
  test::Postgres postgres;
  Served server({.more = {"--database", postgres.new_database()}});
  HttpClient admin = server.admin();
  EXPECT_EQ(admin.get("/api/v1/events").status, 200);
  postgres.stop();
  const HttpAnswer away = admin.get("/api/v1/events");
  EXPECT_GE(away.status, 500);
  EXPECT_THAT(away.body, testing::Not(testing::HasSubstr("socket")));
  EXPECT_GE(server.nobody().get("/healthz").status, 500);
  postgres.start();
  EXPECT_TRUE(eventually([&] { return admin.get("/api/v1/events").status == 200; }));
  EXPECT_EQ(admin.put("/api/v1/settings", {{"sign_up", "open"}}).status, 200);
  EXPECT_EQ(server.nobody().get("/healthz").body, "ok\n");
}

// Another program that writes into the server's database, until release(); nobody else can meanwhile.
class Holder {
 public:
  explicit Holder(const Served& server) {
    auto opened = archive::Database::open({.url = "sqlite:" + (server.data() / "vigil.db").string(), .connections = 1});
    if (!opened) throw std::runtime_error(opened.error().message);
    thread_ = std::jthread([this, database = std::move(*opened)] {
      const auto written = database->write([this](soci::session&) {
        held_.count_down();
        released_.wait();
      });
      EXPECT_TRUE(written) << written.error().message;
    });
    held_.wait();
  }
  ~Holder() { release(); }

  void release() {
    if (!std::exchange(is_released_, true)) released_.count_down();
  }

 private:
  std::latch held_{1}, released_{1};
  bool is_released_ = false;
  std::jthread thread_;
};

TEST(Faults, another_program_holds_the_database_for_a_moment) {
  Served server;
  HttpClient admin = server.admin();
  Holder holder(server);
  EXPECT_EQ(admin.get("/api/v1/events").status, 200);  // reading does not wait
  const std::jthread releasing([&] {
    std::this_thread::sleep_for(1500ms);  // so that most likely the server waits already
    holder.release();
  });
  EXPECT_EQ(admin.put("/api/v1/settings", {{"sign_up", "open"}}).status, 200);
}

TEST(Faults, another_program_holds_the_database_for_longer_than_the_server_waits) {
  Served server;
  HttpClient admin = server.admin();
  Holder holder(server);
  const HttpAnswer refused = admin.put("/api/v1/settings", {{"sign_up", "open"}});
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.code(), "busy");
  EXPECT_THAT(refused.body, testing::HasSubstr("try again"));
  EXPECT_EQ(admin.get("/api/v1/events").status, 200);
  EXPECT_EQ(admin.get("/api/v1/settings").json()["sign_up"], "approval") << "what was refused was not done";
  holder.release();
  EXPECT_EQ(admin.put("/api/v1/settings", {{"sign_up", "open"}}).status, 200);
  EXPECT_EQ(admin.get("/api/v1/settings").json()["sign_up"], "open");
}

// The bytes of the clips of all events that there are, by their addresses.
std::map<std::string, std::string> clips(HttpClient& client) {
  std::map<std::string, std::string> all;
  const json page = client.get("/api/v1/events?count=500").json();
  for (const json& event : page["events"]) {
    const std::string path = std::format("/api/v1/events/{}/files/clip.mp4", event["id"].get<int>());
    const HttpAnswer clip = client.get(path);
    EXPECT_EQ(clip.status, 200) << path;
    all[path] = clip.body;
  }
  return all;
}

TEST(Faults, the_disk_is_full_for_a_while) {
  Served server({.camera = test::staged_video({.seconds = 10, .fight = "between(mod(t,5),0.2,1.2)", .name = "often.mp4"})});
  HttpClient admin = server.admin();
  const std::string bytes = test::read_bytes(test::staged_video());
  const std::string path = begin_upload(admin, bytes.size()).headers.at("location");
  const auto piece = [&](std::size_t offset) { return send_piece(admin, path, offset, bytes.substr(offset, 5000)); };
  ASSERT_EQ(piece(0).status, 204);
  const auto count = [&] { return admin.get("/api/v1/events").json()["events"].size(); };
  ASSERT_TRUE(eventually([&] { return count() > 0; }));

  SocketClient updates(server.url(), "/api/v1/updates", admin);
  ASSERT_EQ(updates.status(), 101);
  server.limit_files(100);
  const HttpAnswer refused = piece(5000);
  EXPECT_GE(refused.status, 500);
  EXPECT_NE(refused.code(), "") << refused.body;
  EXPECT_THAT(refused.json()["message"].get<std::string>(), testing::Not(testing::IsEmpty()));
  const auto kept = clips(admin);
  while (updates.next(50ms)) {
  }
  const archive::WallTime full = archive::now();
  // At least the second and the third begin while it is full, and the second has ended when the third begins.
  int begun = 0;
  EXPECT_TRUE(eventually([&] {
    while (const auto message = updates.next(200ms)) begun += message->bytes.contains("event_begun") ? 1 : 0;
    return begun >= 3;
  }));
  EXPECT_EQ(clips(admin), kept) << "what was there is there, whole, and nothing else";
  EXPECT_EQ(upload_offset(admin, path), 5000U);

  const std::string meanwhile = std::format("/api/v1/events?from={}&until={}", to_instant(full), to_instant(archive::now()));
  server.limit_files(std::nullopt);
  EXPECT_TRUE(eventually([&] { return admin.get(meanwhile).json()["events"].size() >= 2; }))
      << "what happened meanwhile is kept once there is room";
  for (const auto& [clip, was] : kept) EXPECT_EQ(admin.get(clip).body, was) << clip;
  // The upload goes on, and the piece that could not be written left nothing of it in the video.
  for (std::size_t at = 5000; at < bytes.size(); at += 5000) ASSERT_EQ(piece(at).status, 204) << at;
  EXPECT_TRUE(eventually([&] { return admin.get("/api/v1/jobs/1").json()["state"] == "done"; }))
      << admin.get("/api/v1/jobs/1").body;
  EXPECT_EQ(admin.get("/api/v1/events?job=1").json()["events"].size(), 1U);
}

}  // namespace
}  // namespace vigil::server
