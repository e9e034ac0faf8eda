// What happens around the server: the database goes away, is held by another program, the disk is full. It says so, loses
// nothing, and goes on by itself.
#include <chrono>
#include <csignal>
#include <format>
#include <functional>
#include <thread>

#include "station/staged.h"
#include <gmock/gmock.h>

#include "archive/database.h"
#include "server/served.h"
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

TEST(Faults, another_program_holds_the_database_for_a_moment) {
  Served server;
  HttpClient admin = server.admin();
  const auto database =
      archive::Database::open({.url = "sqlite:" + (server.data() / "vigil.db").string(), .connections = 1});
  ASSERT_TRUE(database) << database.error().message;
  std::jthread holder([&] { EXPECT_TRUE((*database)->write([](soci::session&) { std::this_thread::sleep_for(1500ms); })); });
  std::this_thread::sleep_for(200ms);
  EXPECT_EQ(admin.get("/api/v1/events").status, 200);  // reading does not wait
  EXPECT_EQ(admin.put("/api/v1/settings", {{"sign_up", "open"}}).status, 200);
}

TEST(Faults, the_disk_is_full_for_a_while) {
  Served server({.camera = test::staged_video({.seconds = 10, .fight = "between(mod(t,5),0.2,1.2)", .name = "often.mp4"})});
  HttpClient admin = server.admin();
  const std::string bytes = test::read_bytes(test::staged_video());
  const std::string path = begin_upload(admin, bytes.size()).headers.at("location");
  const auto piece = [&](std::size_t offset) { return send_piece(admin, path, offset, bytes.substr(offset, 5000)); };
  ASSERT_EQ(piece(0).status, 204);
  server.limit_files(100);
  EXPECT_EQ(piece(5000).status, 500);
  std::this_thread::sleep_for(8s);  // in which events happen that cannot be kept
  EXPECT_EQ(admin.get("/api/v1/events").status, 200);
  server.limit_files(std::nullopt);
  EXPECT_EQ(upload_offset(admin, path), 5000U);
  EXPECT_EQ(piece(5000).status, 204);
  const auto count = [&] { return admin.get("/api/v1/events").json()["events"].size(); };
  const std::size_t before = count();
  EXPECT_TRUE(eventually([&] { return count() > before; }));
}

}  // namespace
}  // namespace vigil::server
