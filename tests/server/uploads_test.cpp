// Uploads: in pieces, cut off and gone on with, judged by what they are, analysed, cancelled; and over a restart.
#include <chrono>
#include <filesystem>
#include <format>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "station/staged.h"
#include <gmock/gmock.h>

#include "server/served.h"
#include "server/tus.h"
#include "support/eventually.h"
#include "support/make_media.h"

namespace vigil::server {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using test::begin_upload;
using test::HttpClient;
using test::send_piece;
using test::Served;
using test::upload_offset;

constexpr std::size_t kPiece = 10'000;

// An analysis of two_fights(), of 157 windows, then takes eight seconds at least, or a minute: long enough to be seen
// running on any machine, or beside an upload.
const std::vector<std::string> kSlow{"--window-ms", "50"}, kVerySlow{"--window-ms", "400"};

std::filesystem::path two_fights() {
  return test::staged_video({.seconds = 40, .fight = "between(t,10,14)+between(t,24,28)", .name = "two-fights.mp4"});
}

std::string upload(HttpClient& client, const std::string& bytes) {
  const std::string path = begin_upload(client, bytes.size()).headers.at("location");
  for (std::size_t at = 0; at < bytes.size(); at += kPiece) send_piece(client, path, at, bytes.substr(at, kPiece));
  return path;
}

json wait_for_job(HttpClient& client, int id, const std::function<bool(const json&)>& is) {
  for (int tries = 0; tries < 1600; ++tries) {
    json job = client.get(std::format("/api/v1/jobs/{}", id)).json();
    if (is(job)) return job;
    std::this_thread::sleep_for(150ms);
  }
  return nullptr;
}

bool is_over(const json& job) { return !job["finished"].is_null(); }

TEST(Uploads, become_events_with_evidence) {
  Served server;
  HttpClient admin = server.admin();
  upload(admin, test::read_bytes(test::staged_video()));
  const json job = wait_for_job(admin, 1, is_over);
  EXPECT_EQ(job["state"], "done") << job.dump();
  EXPECT_EQ(job["name"], "staged.mp4");
  EXPECT_EQ(job["events"], 1);
  EXPECT_THAT(job["message"].get<std::string>(), testing::HasSubstr("violence"));
  const json events = admin.get("/api/v1/events?job=1").json()["events"];
  ASSERT_EQ(events.size(), 1U);
  const json event = admin.get(std::format("/api/v1/events/{}", events[0]["id"].get<int>())).json();
  EXPECT_NEAR(event["first_violent_s"].get<double>(), 4, 0.3);
  EXPECT_EQ(event["people"].size(), 2U);
  EXPECT_EQ(admin.get(event["clip"].get<std::string>()).status, 200);
  EXPECT_GT(admin.get("/api/v1/retention").json()["used"].get<std::int64_t>(), 0) << "nothing is recorded: it is the event";
  EXPECT_EQ(admin.get(event["poster"].get<std::string>()).status, 200);
  // The event outlives the job.
  EXPECT_EQ(admin.remove("/api/v1/jobs/1").status, 204);
  EXPECT_EQ(admin.get("/api/v1/events").json()["events"].size(), 1U);
}

TEST(Uploads, without_violence_say_so) {
  Served server;
  HttpClient admin = server.admin();
  upload(admin, test::read_bytes(test::staged_video({.seconds = 6, .fight = "0", .name = "peace.mp4"})));
  const json job = wait_for_job(admin, 1, is_over);
  EXPECT_EQ(job["state"], "done");
  EXPECT_THAT(job["message"].get<std::string>(), testing::StartsWith("No violence found"));
}

TEST(Uploads, go_on_where_they_were_cut_off) {
  Served server;
  HttpClient admin = server.admin();
  const std::string bytes = test::read_bytes(test::staged_video());
  const std::string path = begin_upload(admin, bytes.size()).headers.at("location");
  EXPECT_EQ(send_piece(admin, path, 0, bytes.substr(0, kPiece)).headers.at("upload-offset"), std::to_string(kPiece));
  EXPECT_EQ(send_piece(admin, path, 0, bytes.substr(0, kPiece)).status, 409);
  EXPECT_EQ(send_piece(admin, path, kPiece + 1, "x").status, 409);
  EXPECT_EQ(send_piece(admin, path, kPiece, bytes.substr(0, 10) + bytes).status, 409);
  server.kill();
  server.start();
  HttpClient again = server.admin();
  ASSERT_EQ(upload_offset(again, path), kPiece);
  for (std::size_t at = kPiece; at < bytes.size(); at += kPiece) send_piece(again, path, at, bytes.substr(at, kPiece));
  EXPECT_EQ(wait_for_job(again, 1, is_over)["state"], "done");
}

TEST(Uploads, are_analysed_anew_when_the_server_was_killed_meanwhile) {
  Served server({.more = kSlow});
  HttpClient admin = server.admin();
  upload(admin, test::read_bytes(two_fights()));
  ASSERT_FALSE(
      wait_for_job(admin, 1, [](const json& job) { return job["state"] == "running" && job["progress"] > 0.05; }).is_null());
  server.kill();
  server.start();
  HttpClient again = server.admin();
  const json job = wait_for_job(again, 1, is_over);
  EXPECT_EQ(job["state"], "done") << job.dump();
  EXPECT_EQ(again.get("/api/v1/events?job=1").json()["events"].size(), 2U);
}

TEST(Uploads, that_are_no_videos_or_too_large_are_refused_with_the_reason) {
  Served server({.more = {"--upload-bytes", "500000"}});
  HttpClient admin = server.admin();
  EXPECT_EQ(begin_upload(admin, 500'001).status, 413);
  EXPECT_EQ(begin_upload(admin, 0).status, 422);
  upload(admin, "this is text, whatever its name says");
  const json job = wait_for_job(admin, 1, is_over);
  EXPECT_EQ(job["state"], "failed");
  EXPECT_THAT(job["message"].get<std::string>(),
              testing::AllOf(testing::HasSubstr("staged.mp4"), testing::Not(testing::HasSubstr(server.data().string()))));
  // Names are names: nothing of them is a path. "../../evil.mp4"
  begin_upload(admin, 10, "Li4vLi4vZXZpbC5tcDQ=");
  EXPECT_EQ(admin.get("/api/v1/jobs/2").json()["name"], "evil.mp4");
  // A long one is cut between characters, which take two bytes each here: "яя…"
  std::string letters;
  for (int i = 0; i < 40; ++i) letters += "0Y/Rj9GP";
  begin_upload(admin, 10, letters);
  const std::string cut = admin.get("/api/v1/jobs/3").json()["name"];
  EXPECT_LE(cut.size(), 200U);
  EXPECT_THAT(cut, testing::AllOf(testing::StartsWith("яя"), testing::EndsWith("я…")));
  EXPECT_EQ(admin.send({.method = "POST", .path = "/api/v1/uploads", .headers = {"Upload-Length: 10"}}).status, 412);
  EXPECT_EQ(admin.send({.method = "OPTIONS", .path = "/api/v1/uploads"}).headers.at("tus-version"), "1.0.0");
}

TEST(Uploads, can_be_cancelled_while_they_come_wait_and_run) {
  Served server({.more = kVerySlow});
  HttpClient admin = server.admin();
  const std::string bytes = test::read_bytes(two_fights());
  const std::string coming = begin_upload(admin, bytes.size()).headers.at("location");
  EXPECT_EQ(admin.send({.method = "DELETE", .path = coming, .headers = {"Tus-Resumable: 1.0.0"}}).status, 204);
  EXPECT_EQ(admin.get("/api/v1/jobs/1").json()["state"], "cancelled");
  EXPECT_EQ(send_piece(admin, coming, 0, "x").status, 409);
  upload(admin, bytes);
  upload(admin, bytes);
  ASSERT_FALSE(wait_for_job(admin, 2, [](const json& job) { return job["state"] == "running"; }).is_null());
  EXPECT_EQ(admin.remove("/api/v1/jobs/3").status, 204);
  EXPECT_EQ(admin.remove("/api/v1/jobs/2").status, 204);
  for (const int id : {2, 3}) EXPECT_EQ(wait_for_job(admin, id, is_over)["state"], "cancelled");
  // The file goes once the state is written.
  EXPECT_TRUE(test::eventually([&] { return std::filesystem::is_empty(server.data() / "work" / "uploads"); }));
}

}  // namespace
}  // namespace vigil::server
