// kill -9 of the server while it records, stores events and takes uploads: it starts again, what it once showed as stored is
// there, whole, of the recording no more than the open fragment is lost, and no upload is left behind.
#include <algorithm>
#include <chrono>
#include <format>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "station/staged.h"
#include <gtest/gtest.h>

#include "archive/wall_time.h"
#include "core/random.h"
#include "server/instants.h"
#include "server/served.h"
#include "server/tus.h"
#include "support/eventually.h"
#include "support/make_media.h"

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

constexpr int kKills = 50;
constexpr int kLongEvery = 12;    // of so many runs, one records for long
constexpr auto kFragment = 4s;    // of a recording: what a kill may cost
constexpr auto kScheduling = 3s;  // by which a busy machine may be late with it
constexpr const char* kRecordings = "/api/v1/cameras/1/recordings?from={0:%FT%T}Z&until={1:%FT%T}Z";

struct Recorded {
  archive::WallTime begin, end;
  std::string url;
};

// Of the last hour, in order of time.
std::vector<Recorded> recordings(HttpClient& client) {
  const auto now = std::chrono::floor<std::chrono::seconds>(archive::now());
  std::vector<Recorded> all;
  const json segments = client.get(std::format(kRecordings, now - 1h, now + 1h)).json();
  for (const json& segment : segments) {
    all.push_back({.begin = from_instant(segment.at("begin").get<std::string>()).value(),
                   .end = from_instant(segment.at("end").get<std::string>()).value(),
                   .url = segment.at("url")});
  }
  return all;
}

// What the server has shown, by its address: the bytes stay what they were.
class Shown {
 public:
  void look(HttpClient& client) {
    const json events = client.get("/api/v1/events?count=500").json()["events"];
    for (const json& event : events) {
      events_ += keep(client, std::format("/api/v1/events/{}/files/clip.mp4", event["id"].get<int>()));
    }
    for (const Recorded& segment : recordings(client)) segments_ += keep(client, segment.url);
  }

  void expect_all(HttpClient& client) const {
    for (const auto& [path, bytes] : bytes_) {
      const HttpAnswer answer = client.get(path);
      EXPECT_EQ(answer.status, 200) << path;
      EXPECT_TRUE(answer.body == bytes) << path << ": " << answer.body.size() << " bytes, were " << bytes.size();
    }
  }

  int events() const { return events_; }
  int segments() const { return segments_; }

 private:
  // How many are new: one, or none.
  int keep(HttpClient& client, const std::string& path) {
    if (bytes_.contains(path)) return 0;
    const HttpAnswer answer = client.get(path);
    EXPECT_EQ(answer.status, 200) << path;
    bytes_[path] = answer.body;
    return 1;
  }

  std::map<std::string, std::string> bytes_;
  int events_ = 0, segments_ = 0;
};

// Sends pieces of a video until the server is gone; goes on where the last one ended. The bytes the server said it has.
class Uploader {
 public:
  explicit Uploader(std::string bytes) : bytes_(std::move(bytes)) {}

  void send_until_gone(HttpClient client, std::stop_token stop) {
    try {
      while (!stop.stop_requested()) {
        if (path_.empty()) {
          path_ = begin_upload(client, bytes_.size()).headers.at("location");
          received_ = 0;
        }
        const std::size_t offset = upload_offset(client, path_).value_or(0);
        EXPECT_GE(offset, received_) << "bytes that were said to be there are gone";
        if (offset == bytes_.size()) {
          path_.clear();
          ++whole_;
          continue;
        }
        const HttpAnswer put = send_piece(client, path_, offset, bytes_.substr(offset, 3000));
        if (put.status == 204) received_ = std::stoul(put.headers.at("upload-offset"));
        std::this_thread::sleep_for(20ms);
      }
    } catch (const std::exception&) {  // the server is gone
    }
  }

  int whole() const { return whole_; }

 private:
  const std::string bytes_;
  std::string path_;
  std::size_t received_ = 0;
  int whole_ = 0;
};

// Records until a segment of this run is there, and then for longer than a kill may cost.
void record_for_long(HttpClient& client, std::chrono::milliseconds more) {
  const archive::WallTime begin = archive::now();
  EXPECT_TRUE(eventually([&] {
    const auto all = recordings(client);
    return !all.empty() && all.back().begin > begin;
  }));
  std::this_thread::sleep_for(kFragment + kScheduling + more);
}

// The camera's next line takes up what the killed one was writing.
void expect_recorded_until(HttpClient& client, archive::WallTime killed) {
  archive::WallTime end;
  EXPECT_TRUE(eventually([&] {
    for (const Recorded& one : recordings(client)) {
      if (one.begin < killed) end = std::max(end, one.end);
    }
    return killed - end <= kFragment + kScheduling;
  })) << "killed at "
      << to_instant(killed) << ", recorded until " << to_instant(end);
}

void expect_no_upload_left_behind(HttpClient& client) {
  json jobs;
  EXPECT_TRUE(eventually([&] {
    jobs = client.get("/api/v1/jobs").json();
    return std::ranges::none_of(
        jobs, [](const json& job) { return job["state"] == "uploading" && job["received"] == job["size"]; });
  })) << "an upload waits for bytes that it has";
  for (const json& job : jobs) EXPECT_NE(job["state"], "failed") << job.dump();
}

TEST(KilledServer, loses_nothing_that_it_had_shown_as_stored) {
  const auto video = test::staged_video({.seconds = 10,
                                         .fight = "between(mod(t,5),0.2,1.2)",
                                         .codec = "-c:v libx264 -preset ultrafast -g 12",
                                         .name = "often.mp4"});
  Served server({.camera = video});
  {
    HttpClient admin = server.admin();
    ASSERT_EQ(admin.patch("/api/v1/cameras/1", {{"recording", true}}).status, 200);
  }
  Shown shown;
  Uploader uploader(test::read_bytes(test::staged_video({.seconds = 3, .fight = "0", .name = "short.mp4"})));
  core::Rng rng = core::make_rng({20261126});
  for (int i = 0; i < kKills; ++i) {
    HttpClient admin = server.admin();
    shown.expect_all(admin);
    const bool is_long = i % kLongEvery == kLongEvery - 1;
    const auto chance = std::chrono::milliseconds(rng() % 3000);
    archive::WallTime killed;
    {
      std::jthread uploading([&](std::stop_token stop) { uploader.send_until_gone(admin, std::move(stop)); });
      if (is_long) {
        record_for_long(admin, chance);
      } else {
        std::this_thread::sleep_for(300ms + chance);
      }
      shown.look(admin);
      killed = archive::now();
      server.kill();
    }
    server.start();
    if (!is_long) continue;
    HttpClient again = server.admin();
    expect_recorded_until(again, killed);
  }
  HttpClient admin = server.admin();
  shown.expect_all(admin);
  expect_no_upload_left_behind(admin);
  EXPECT_GT(shown.events(), 5);
  EXPECT_GT(shown.segments(), 5);
  EXPECT_GT(uploader.whole(), 2);
}

}  // namespace
}  // namespace vigil::server
