// kill -9 of the server while it records, stores events and takes uploads: it starts again, and what it once showed as
// stored is there, whole.
#include <chrono>
#include <format>
#include <map>
#include <string>
#include <thread>

#include "station/staged.h"
#include <gtest/gtest.h>

#include "core/random.h"
#include "server/served.h"
#include "server/tus.h"
#include "support/make_media.h"

namespace vigil::server {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using test::begin_upload;
using test::HttpAnswer;
using test::HttpClient;
using test::send_piece;
using test::Served;
using test::upload_offset;

constexpr int kKills = 50;
constexpr const char* kRecordings = "/api/v1/cameras/1/recordings?from={0:%FT%T}Z&until={1:%FT%T}Z";

// What the server has shown, by its address: the bytes stay what they were.
class Shown {
 public:
  void look(HttpClient& client) {
    const json events = client.get("/api/v1/events?count=500").json()["events"];
    for (const json& event : events) {
      const std::string path = std::format("/api/v1/events/{}/files/clip.mp4", event["id"].get<int>());
      if (!sizes_.contains(path)) sizes_[path] = client.get(path).body.size();
      ++events_;
    }
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const json segments = client.get(std::format(kRecordings, now - 1h, now + 1h)).json();
    for (const json& segment : segments) {
      const std::string path = segment["url"];
      if (!sizes_.contains(path)) sizes_[path] = segment["size"];
      ++segments_;
    }
  }

  void expect_all(HttpClient& client) const {
    for (const auto& [path, size] : sizes_) {
      const HttpAnswer answer = client.get(path);
      EXPECT_EQ(answer.status, 200) << path;
      EXPECT_EQ(answer.body.size(), size) << path;
    }
  }

  int events() const { return events_; }
  int segments() const { return segments_; }

 private:
  std::map<std::string, std::size_t> sizes_;
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
    {
      std::jthread uploading([&](std::stop_token stop) { uploader.send_until_gone(admin, std::move(stop)); });
      std::this_thread::sleep_for(std::chrono::milliseconds(300 + rng() % 5000));
      shown.look(admin);
      server.kill();
    }
    server.start();
  }
  HttpClient admin = server.admin();
  shown.expect_all(admin);
  EXPECT_GT(shown.events(), 5);
  EXPECT_GT(shown.segments(), 5);
  EXPECT_GT(uploader.whole(), 2);
}

}  // namespace
}  // namespace vigil::server
