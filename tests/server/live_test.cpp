// A camera through the server: its video and what is found in it, events that go into the repository, recordings, and who is
// shut out.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <format>
#include <fstream>
#include <functional>
#include <span>
#include <thread>
#include <vector>

#include "station/staged.h"
#include <gmock/gmock.h>

#include "media/source.h"
#include "server/served.h"
#include "server/socket_client.h"
#include "support/eventually.h"
#include "support/rtsp_server.h"

namespace vigil::server {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using nlohmann::json;
using test::eventually;
using test::HttpClient;
using test::Served;
using test::SocketClient;

// The first text message for which `is` holds; null: none came in time.
json wait_for(SocketClient& socket, const std::function<bool(const json&)>& is, std::chrono::seconds limit = 180s) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (std::chrono::steady_clock::now() < until) {
    const auto message = socket.next(1s);
    if (!message || message->binary) continue;
    json told = json::parse(message->bytes, nullptr, false);
    if (is(told)) return told;
  }
  return nullptr;
}

// The next picture; empty: none came in time.
std::string picture_of(SocketClient& socket, std::chrono::milliseconds limit = 60s) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (std::chrono::steady_clock::now() < until) {
    const auto message = socket.next(100ms);
    if (message && message->binary) return message->bytes;
  }
  return {};
}

// Of pictures so many, of video so many bytes.
void acknowledge(SocketClient& socket, std::size_t all) { socket.send(json{{"ack", all}}.dump()); }

media::Frame decoded(const std::string& jpeg) {
  auto source =
      media::Source::open_bytes(std::span(reinterpret_cast<const std::uint8_t*>(jpeg.data()), jpeg.size()), "a.jpg");
  if (!source) return {};
  const auto frame = (*source)->read();
  return frame && *frame ? **frame : media::Frame();
}

// The greatest distance from `zero` in a plane: from 0 in that of light, from grey, 128, in those of colour.
int greatest(const media::Frame& frame, int plane_index, int zero) {
  const media::Plane plane = frame.plane(plane_index);
  int most = 0;
  for (int y = 0; y < plane.height_px; ++y) {
    for (int x = 0; x < plane.width_px; ++x) most = std::max(most, std::abs(plane.data[y * plane.stride_bytes + x] - zero));
  }
  return most;
}

// The person below crosses the stage once in each turn of the video: where it stands says when the picture was.
constexpr double kStageS = 12, kStagePxPerS = 12, kStageStepS = 0.4;  // step: by so much a picture may tell it wrongly

double stage_time_s(const std::string& jpeg) {
  constexpr int kRow = 194, kBegin = 40, kWhite = 200;
  const media::Frame frame = decoded(jpeg);
  const media::Plane plane = frame.plane(0);
  const std::uint8_t* row = plane.data + static_cast<std::ptrdiff_t>(kRow) * plane.stride_bytes;
  const std::uint8_t* person = std::find_if(row, row + plane.width_px, [](std::uint8_t light) { return light > kWhite; });
  return (static_cast<double>(person - row) - kBegin) / kStagePxPerS;
}

// How long after the other a picture was, in a video that begins anew.
double later_s(double time_s, double than_s) { return std::fmod(time_s - than_s + kStageS, kStageS); }

int lightest(const std::string& jpeg) { return greatest(decoded(jpeg), 0, 0); }
int most_colour(const media::Frame& frame) { return std::max(greatest(frame, 1, 128), greatest(frame, 2, 128)); }

class Live : public testing::Test {
 protected:
  Served server_{{.camera = test::staged_video()}};
  HttpClient admin_ = server_.admin();
};

TEST_F(Live, shows_the_cameras_own_video_and_its_people_on_one_time_line) {
  SocketClient video(server_.url(), "/api/v1/cameras/1/live/video", admin_);
  SocketClient data(server_.url(), "/api/v1/cameras/1/live/data", admin_);
  ASSERT_EQ(video.status(), 101);
  ASSERT_EQ(data.status(), 101);
  const json init = wait_for(video, [](const json& told) { return told["type"] == "init"; });
  EXPECT_THAT(init["mime"].get<std::string>(), testing::StartsWith("video/mp4; codecs=\"avc1."));
  std::string bytes;
  while (bytes.size() < 60'000) {
    const auto message = video.next(20s);
    ASSERT_TRUE(message);
    if (message->binary) bytes += message->bytes;
    if (message->binary) acknowledge(video, bytes.size());
  }
  const fs::path file = server_.data() / "live.mp4";
  std::ofstream(file, std::ios::binary) << bytes;
  auto source = media::Source::open(file.string());
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_EQ((*source)->info().width_px, 320);

  const json scene = wait_for(data, [](const json& told) { return told["type"] == "scene" || told["type"] == "people"; });
  EXPECT_EQ(scene["type"], "scene");
  const json people =
      wait_for(data, [](const json& told) { return told["type"] == "people" && told["people"].size() == 3; });
  ASSERT_FALSE(people.is_null());
  EXPECT_EQ(people["people"][0]["box"].size(), 4U);
  // Violence on the stage: those above are red, the one below is not.
  const json fight = wait_for(data, [](const json& told) {
    return told["type"] == "people" &&
           std::ranges::count_if(told["people"], [](const json& person) { return person["violent"] == true; }) == 2;
  });
  EXPECT_FALSE(fight.is_null());
}

TEST_F(Live, puts_events_into_the_repository_and_tells_of_them) {
  SocketClient updates(server_.url(), "/api/v1/updates", admin_);
  const json begun = wait_for(updates, [](const json& told) { return told["type"] == "event_begun"; });
  EXPECT_EQ(begun["kind"], "violence");
  const json added =
      wait_for(updates, [](const json& told) { return told["type"] == "event" && told["change"] == "added"; });
  ASSERT_FALSE(added.is_null());
  const std::string path = std::format("/api/v1/events/{}", added["id"].get<int>());
  const json event = admin_.get(path).json();
  EXPECT_EQ(event["source"], "Stage");
  EXPECT_EQ(event["people"].size(), 2U) << event.dump(1);
  EXPECT_EQ(event["camera_id"], 1);
  for (const char* file : {"clip", "poster", "boxes"}) {
    EXPECT_EQ(admin_.get(event[file].get<std::string>()).status, 200) << file;
  }
  EXPECT_EQ(admin_.get(event["people"][0]["crops"][0].get<std::string>()).headers.at("content-type"), "image/jpeg");
  const auto part = admin_.send({.path = event["clip"].get<std::string>(), .headers = {"Range: bytes=4-7"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "ftyp");
  const auto report = admin_.get(path + "/report?download=true");
  EXPECT_THAT(report.body, testing::HasSubstr("data:video/mp4;base64,"));
  EXPECT_THAT(report.headers.at("content-disposition"), testing::StartsWith("attachment"));

  EXPECT_EQ(admin_.patch(path, {{"pinned", true}}).json()["pinned"], true);
  EXPECT_EQ(admin_.remove(path).code(), "pinned");
  EXPECT_EQ(admin_.patch(path, {{"pinned", false}, {"review", "kept"}, {"note", "seen"}}).json()["review"], "kept");
  EXPECT_EQ(
      admin_.patch(path + std::format("/people/{}", event["people"][0]["id"].get<int>()), {{"dismissed", true}}).status,
      200);
  EXPECT_EQ(admin_.remove(path).status, 204);
  EXPECT_EQ(admin_.get(path).status, 404);
}

TEST_F(Live, records_gives_pictures_and_says_how_it_does) {
  ASSERT_EQ(admin_.patch("/api/v1/cameras/1", {{"recording", true}}).status, 200);
  EXPECT_TRUE(eventually([&] { return admin_.get("/api/v1/cameras/1").json()["status"]["state"] == "live"; }));
  test::HttpAnswer picture;
  // It is live before its first picture is there.
  EXPECT_TRUE(eventually([&] { return (picture = admin_.get("/api/v1/cameras/1/snapshot")).status != 409; }));
  EXPECT_EQ(picture.status, 200);
  EXPECT_EQ(picture.body.substr(0, 2), "\xff\xd8");
  const std::string recordings = "/api/v1/cameras/1/recordings?from=2026-01-01T00:00:00Z&until=2100-01-01T00:00:00Z";
  EXPECT_EQ(admin_.get(recordings).status, 422);
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::string today = std::format("/api/v1/cameras/1/recordings?from={0:%FT%T}Z&until={1:%FT%T}Z", now - 1h, now + 1h);
  json segments;
  EXPECT_TRUE(eventually([&] { return (segments = admin_.get(today).json()).size() >= 2; }));
  const auto segment = admin_.get(segments[0]["url"].get<std::string>());
  EXPECT_EQ(segment.headers.at("content-type"), "video/mp4");
  EXPECT_EQ(segments[0]["end"], segments[1]["begin"]);
  const json status = admin_.get("/api/v1/cameras/1").json()["status"];
  EXPECT_GT(status["fps"].get<double>(), 0);
  EXPECT_EQ(status["playable"], true);
  EXPECT_THAT(admin_.get("/metrics").body, testing::HasSubstr("vigil_camera_live{camera=\"Stage\",id=\"1\"} 1"));
  // Its footage is not deleted by the way.
  EXPECT_EQ(admin_.remove("/api/v1/cameras/1").code(), "has_recordings");
}

TEST_F(Live, shuts_out_who_may_not_see_the_camera) {
  const HttpClient viewer = server_.user("vera", "viewer");
  const HttpClient nobody = server_.nobody();
  for (const char* path :
       {"/api/v1/cameras/1/live/video", "/api/v1/cameras/1/live/pictures", "/api/v1/cameras/1/live/data"}) {
    EXPECT_EQ(SocketClient(server_.url(), path, viewer).status(), 404);
    EXPECT_EQ(SocketClient(server_.url(), path, nobody).status(), 401);
    EXPECT_EQ(SocketClient(server_.url(), path, admin_, {"Origin: https://evil.example"}).status(), 403);
  }
  EXPECT_EQ(SocketClient(server_.url(), "/api/v1/updates", nobody).status(), 401);
  EXPECT_EQ(SocketClient(server_.url(), "/socket", nobody).status(), 404);
}

TEST_F(Live, ends_a_socket_when_its_user_may_no_longer_see_the_camera) {
  HttpClient viewer = server_.user("vera", "viewer", {1});
  SocketClient data(server_.url(), "/api/v1/cameras/1/live/data", viewer);
  ASSERT_EQ(data.status(), 101);
  ASSERT_EQ(admin_.patch("/api/v1/users/2", {{"cameras", json::array()}}).status, 200);
  EXPECT_TRUE(eventually([&] {
    data.next(500ms);
    return data.closed();
  }));
}

TEST_F(Live, pushes_pictures_with_and_without_the_people_in_them) {
  SocketClient boxes(server_.url(), "/api/v1/cameras/1/live/pictures", admin_);
  SocketClient plain(server_.url(), "/api/v1/cameras/1/live/pictures?boxes=false", admin_);
  ASSERT_EQ(boxes.status(), 101);
  ASSERT_EQ(plain.status(), 101);
  std::string before;
  for (std::size_t i = 1; i <= 10; ++i) {
    const std::string jpeg = picture_of(boxes);
    ASSERT_EQ(jpeg.substr(0, 2), "\xff\xd8") << i;
    EXPECT_EQ(jpeg.substr(jpeg.size() - 2), "\xff\xd9");
    EXPECT_NE(jpeg, before);
    before = jpeg;
    acknowledge(boxes, i);
  }
  const media::Frame drawn = decoded(before);
  EXPECT_EQ(drawn.width_px(), 320);
  EXPECT_EQ(drawn.height_px(), 240);
  // Boxes are the only colours of the stage.
  const media::Frame bare = decoded(picture_of(plain));
  EXPECT_EQ(bare.width_px(), 320);
  EXPECT_GT(most_colour(drawn), 30);
  EXPECT_LT(most_colour(bare), 10);
  EXPECT_EQ(SocketClient(server_.url(), "/api/v1/cameras/1/live/pictures?boxes=some", admin_).status(), 422);
}

TEST_F(Live, a_client_that_is_slow_with_pictures_skips_some_and_gets_the_newest) {
  constexpr const char* kPictures = "/api/v1/cameras/1/live/pictures?boxes=false";
  SocketClient slow(server_.url(), kPictures, admin_);
  SocketClient quick(server_.url(), kPictures, admin_);
  std::size_t seen = 0;
  std::string last;
  const auto watch = [&](std::size_t pictures) {
    for (std::size_t i = 0; i < pictures; ++i) {
      last = picture_of(quick);
      ASSERT_FALSE(last.empty());
      acknowledge(quick, ++seen);
    }
  };
  watch(3);
  ASSERT_FALSE(picture_of(slow).empty());
  const std::string second = picture_of(slow);
  ASSERT_FALSE(second.empty());
  slow.send("{\"ack\": \"two\"}");
  slow.send("nothing");
  EXPECT_EQ(picture_of(slow, 1s), "");
  // So long that the third picture, had it been kept for the slow one, would be old.
  constexpr double kOldS = 3;
  const auto since_second_s = [&](const std::string& jpeg) { return later_s(stage_time_s(jpeg), stage_time_s(second)); };
  do {
    watch(1);
  } while (since_second_s(last) < kOldS || since_second_s(last) > kStageS - kOldS);
  acknowledge(slow, 2);
  const std::string newest = picture_of(slow);
  ASSERT_FALSE(newest.empty());
  EXPECT_GE(since_second_s(newest), kOldS - kStageStepS);
  // More than was sent cannot be acknowledged.
  acknowledge(slow, 1'000'000);
  int more = 0;
  while (!picture_of(slow, 2s).empty()) ASSERT_LT(++more, 10);
  EXPECT_LE(more, 4);
}

TEST_F(Live, says_in_pictures_too_that_the_camera_is_off_and_never_shows_what_is_masked) {
  SocketClient pictures(server_.url(), "/api/v1/cameras/1/live/pictures?boxes=false", admin_);
  EXPECT_GT(lightest(picture_of(pictures)), 200);
  ASSERT_EQ(admin_.patch("/api/v1/cameras/1", {{"enabled", false}}).status, 200);
  const auto is_gone = [](const json& told) { return told["type"] == "gone"; };
  EXPECT_EQ(wait_for(pictures, is_gone)["reason"], "the camera is off");
  const json scene = {{"zones", json::array()},
                      {"lines", json::array()},
                      {"rules", json::array()},
                      {"masks", {{{"kind", "privacy"}, {"polygon", {{0, 0}, {1, 0}, {1, 1}, {0, 1}}}}}},
                      {"threshold", nullptr}};
  const auto changed = admin_.patch("/api/v1/cameras/1", {{"enabled", true}, {"scene", scene}});
  ASSERT_EQ(changed.status, 200) << changed.body;
  SocketClient video(server_.url(), "/api/v1/cameras/1/live/video", admin_);
  EXPECT_FALSE(wait_for(video, [](const json& told) { return told["type"] == "refused"; }).is_null());
  acknowledge(pictures, 2);
  const std::string masked = picture_of(pictures);
  ASSERT_FALSE(masked.empty());
  EXPECT_LT(lightest(masked), 200);
}

// 2 MB a second, whatever it shows.
TEST(LiveOfAnyCoding, a_client_that_does_not_acknowledge_gets_no_more_than_its_share) {
  constexpr std::size_t kShare = 4U << 20, kInit = 64U << 10;
  Served server(
      {.camera = test::staged_video({.seconds = 6,
                                     .codec = "-c:v libx264 -preset ultrafast -g 25 -b:v 16M -minrate 16M -maxrate 16M "
                                              "-bufsize 4M -nal-hrd cbr",
                                     .name = "staged-large.mp4"})});
  const HttpClient admin = server.admin();
  SocketClient slow(server.url(), "/api/v1/cameras/1/live/video", admin);
  SocketClient quick(server.url(), "/api/v1/cameras/1/live/video", admin);
  std::size_t sent = 0;
  const auto take = [&sent](SocketClient& from, std::chrono::milliseconds limit) {
    const auto message = from.next(limit);
    if (message && message->binary) sent += message->bytes.size();
    return message.has_value();
  };
  while (sent < 2 * kShare) {
    ASSERT_TRUE(take(quick, 60s));
    acknowledge(quick, sent);
  }
  sent = 0;
  while (take(slow, 2s)) ASSERT_LE(sent, kShare + kInit);
  EXPECT_GT(sent, kShare / 2) << "the share was used up";
}

TEST(LiveOfAnyCoding, what_browsers_do_not_play_is_shown_as_pictures) {
  Served server({.camera = test::staged_video({.codec = "-c:v mpeg4 -g 25", .name = "staged-mpeg4.mp4"})});
  const HttpClient admin = server.admin();
  SocketClient video(server.url(), "/api/v1/cameras/1/live/video", admin);
  const json refused = wait_for(video, [](const json& told) { return told["type"] == "refused"; });
  EXPECT_THAT(refused["reason"].get<std::string>(), testing::HasSubstr("mpeg4"));
  SocketClient pictures(server.url(), "/api/v1/cameras/1/live/pictures", admin);
  EXPECT_EQ(decoded(picture_of(pictures)).width_px(), 320);
}

TEST(LiveOfAnyCoding, whoever_looks_after_cameras_is_told_what_cannot_be_recorded) {
  Served server({.camera = test::staged_video({.codec = "-c:v huffyuv -pix_fmt yuv422p", .name = "staged-huffyuv.avi"})});
  HttpClient admin = server.admin();
  EXPECT_EQ(admin.get("/api/v1/system").json()["warnings"], json::array());
  ASSERT_EQ(admin.patch("/api/v1/cameras/1", {{"recording", true}}).status, 200);
  json warnings;
  EXPECT_TRUE(eventually([&] { return !(warnings = admin.get("/api/v1/system").json()["warnings"]).empty(); }));
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0]["code"], "camera_not_recorded");
  EXPECT_EQ(warnings[0]["camera_id"], 1);
  EXPECT_THAT(warnings[0]["message"].get<std::string>(), testing::HasSubstr("huffyuv"));
  EXPECT_EQ(server.user("vera", "viewer", {1}).get("/api/v1/system").json()["warnings"], json::array());
  EXPECT_EQ(server.user("otto", "operator", {1}).get("/api/v1/system").json()["warnings"].size(), 1U);
  const json others = server.user("olga", "operator").get("/api/v1/system").json();
  EXPECT_EQ(others["warnings"], json::array()) << "of a camera that she may not see";
  EXPECT_EQ(others["cameras"], 0);
}

TEST(LiveOverTheNetwork, a_camera_with_a_password_is_tested_added_watched_and_recorded) {
  const test::RtspServer camera(test::staged_video(), {.login = "ann:secret"});
  std::string address = camera.url();
  address.insert(address.find("//") + 2, "ann:secret@");
  Served server;
  HttpClient admin = server.admin();
  const json tried = admin.post("/api/v1/cameras/test", {{"address", address}}).json();
  EXPECT_EQ(tried["ok"], true) << tried.dump();
  EXPECT_EQ(tried["playable"], true);
  ASSERT_EQ(admin.post("/api/v1/cameras", {{"name", "Door"}, {"address", address}}).status, 201);
  ASSERT_EQ(admin.patch("/api/v1/cameras/1", {{"recording", true}}).status, 200);
  EXPECT_THAT(admin.get("/api/v1/cameras/1").body, testing::Not(testing::HasSubstr("secret")));

  ASSERT_TRUE(eventually([&] { return admin.get("/api/v1/cameras/1").json()["status"]["state"] == "live"; }, 60s));
  SocketClient video(server.url(), "/api/v1/cameras/1/live/video", admin);
  EXPECT_FALSE(wait_for(video, [](const json& told) { return told["type"] == "init"; }).is_null());
  SocketClient data(server.url(), "/api/v1/cameras/1/live/data", admin);
  EXPECT_FALSE(
      wait_for(data, [](const json& told) { return told["type"] == "people" && told["people"].size() == 3; }).is_null());
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::string recordings =
      std::format("/api/v1/cameras/1/recordings?from={:%FT%T}Z&until={:%FT%T}Z", now - 1h, now + 1h);
  EXPECT_TRUE(eventually([&] { return admin.get(recordings).json().size() >= 1; }, 60s));
}

TEST_F(Live, zones_are_checked_and_kept) {
  const json scene = {{"zones", {{{"name", "all"}, {"polygon", {{0, 0}, {1, 0}, {1, 1}, {0, 1}}}}}},
                      {"lines", json::array()},
                      {"rules", {{{"name", "anybody"}, {"kind", "zone"}, {"zone", "all"}}}},
                      {"masks", json::array()},
                      {"threshold", nullptr}};
  SocketClient updates(server_.url(), "/api/v1/updates", admin_);  // first: an event is told once
  ASSERT_EQ(updates.status(), 101);
  ASSERT_EQ(admin_.patch("/api/v1/cameras/1", {{"scene", scene}}).status, 200);
  EXPECT_EQ(admin_.get("/api/v1/cameras/1").json()["scene"], scene);
  json wrong = scene;
  wrong["rules"][0]["zone"] = "elsewhere";
  const auto answer = admin_.patch("/api/v1/cameras/1", {{"scene", wrong}});
  EXPECT_EQ(answer.status, 422);
  EXPECT_THAT(answer.json()["message"].get<std::string>(), testing::HasSubstr("elsewhere"));
  EXPECT_FALSE(wait_for(updates, [](const json& told) {
                 return told["type"] == "event_begun" && told["rule"] == "anybody";
               }).is_null());
}

TEST_F(Live, wrong_addresses_are_explained) {
  const auto dead = admin_.post("/api/v1/cameras/test", {{"address", "rtsp://ann:secret@127.0.0.1:9/none"}});
  EXPECT_EQ(dead.status, 200);
  EXPECT_EQ(dead.json()["ok"], false);
  EXPECT_THAT(dead.body, testing::Not(testing::HasSubstr("secret")));
  for (const char* address :
       {"/etc/passwd", "file:///etc/passwd", "concat:/etc/passwd", "gopher://x", "", "rtsp://", "/dev/sda"}) {
    EXPECT_EQ(admin_.post("/api/v1/cameras/test", {{"address", address}}).status, 422) << address;
    EXPECT_EQ(admin_.post("/api/v1/cameras", {{"name", "x"}, {"address", address}}).status, 422) << address;
  }
  EXPECT_EQ(admin_.post("/api/v1/cameras", {{"name", "Stage"}, {"address", "rtsp://127.0.0.1:9/a"}}).code(),
            "camera_name_used");
}

}  // namespace
}  // namespace vigil::server
