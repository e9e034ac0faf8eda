// A camera's pictures as MJPEG, for programs that speak no WebSocket.
#include "server/motion_jpeg.h"

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "station/staged.h"
#include <curl/curl.h>
#include <gmock/gmock.h>

#include "server/served.h"
#include "support/eventually.h"
#include "support/make_media.h"

namespace vigil::server {
namespace {

using nlohmann::json;
using test::eventually;
using test::HttpClient;
using test::Served;
using testing::HasSubstr;

constexpr const char* kPath = "/api/v1/cameras/1/mjpeg";

std::string token_of(HttpClient& owner) { return owner.post("/api/v1/me/tokens", {{"name", "player"}}).json()["token"]; }

TEST(MotionJpegRequest, is_told_from_others_by_its_head) {
  const auto asks = [](const std::string& line) {
    return motion_jpeg_request(line + "\r\nHost: vigil.example\r\n\r\n").has_value();
  };
  EXPECT_TRUE(asks("GET /api/v1/cameras/3/mjpeg HTTP/1.1"));
  EXPECT_TRUE(asks("HEAD /api/v1/cameras/3/mjpeg?boxes=false HTTP/1.1"));
  for (const char* other :
       {"POST /api/v1/cameras/3/mjpeg HTTP/1.1", "GET /api/v1/cameras/3/mjpegs HTTP/1.1", "GET /mjpeg HTTP/1.1",
        "GET /api/v1/cameras/x/mjpeg HTTP/1.1", "GET /api/v1/cameras/3/../mjpeg HTTP/1.1", "mjpeg", ""}) {
    EXPECT_FALSE(asks(other)) << other;
  }
  EXPECT_FALSE(motion_jpeg_request("GET /api/v1/cameras/3/mjpeg HTTP/1.1\r\nHost: vigil"));
  const std::string much(7000, '1');  // as much as a stranger may send needs no more stack
  EXPECT_TRUE(asks("GET /api/v1/cameras/3/mjpeg?" + much + " HTTP/1.1"));
  EXPECT_FALSE(asks("GET /api/v1/cameras/" + much + "x/mjpeg HTTP/1.1"));
}

TEST(MotionJpeg, is_played_by_another_program) {
  Served server({.camera = test::staged_video()});
  HttpClient admin = server.admin();
  const std::string token = token_of(admin);
  const std::string frames =
      test::run_program({"ffmpeg", "-v", "error", "-f", "mpjpeg", "-headers", "Authorization: Bearer " + token + "\r\n",
                         "-i", server.url() + kPath, "-frames:v", "12", "-f", "rawvideo", "-pix_fmt", "gray", "pipe:1"});
  ASSERT_EQ(frames.size(), 12U * 320 * 240);
  std::set<std::string> different;
  for (std::size_t i = 0; i < 12; ++i) different.insert(frames.substr(i * 320 * 240, 320 * 240));
  EXPECT_GT(different.size(), 8U);
}

TEST(MotionJpeg, is_for_those_who_may_see_the_camera) {
  Served server({.camera = test::staged_video()});
  HttpClient admin = server.admin();
  EXPECT_EQ(server.nobody().get(kPath).code(), "not_logged_in");
  EXPECT_EQ(server.user("vera", "viewer").get(kPath).status, 404);
  EXPECT_EQ(admin.get("/api/v1/cameras/9/mjpeg").status, 404);
  const auto wrong = admin.get(std::string(kPath) + "?boxes=some");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_THAT(wrong.body, HasSubstr("boxes"));
  const auto head = admin.send({.method = "HEAD", .path = kPath});
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.at("content-type"), "multipart/x-mixed-replace; boundary=picture");
}

// Bytes, until there are enough.
std::size_t take_some(char* bytes, std::size_t size, std::size_t count, void* out) {
  std::string& taken = *static_cast<std::string*>(out);
  taken.append(bytes, size * count);
  return taken.size() > 60'000 ? 0 : size * count;
}

TEST(MotionJpeg, comes_too_where_the_connection_was_used_before) {
  Served server({.camera = test::staged_video()});
  HttpClient admin = server.admin();
  const std::string bearer = "Authorization: Bearer " + token_of(admin), alive = server.url() + "/healthz",
                    pictures = server.url() + kPath;
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(curl_slist_append(nullptr, bearer.c_str()),
                                                                            curl_slist_free_all);
  std::string taken;
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, take_some);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &taken);
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 60L);
  curl_easy_setopt(curl.get(), CURLOPT_URL, alive.c_str());
  ASSERT_EQ(curl_easy_perform(curl.get()), CURLE_OK);
  taken.clear();
  curl_easy_setopt(curl.get(), CURLOPT_URL, pictures.c_str());
  EXPECT_EQ(curl_easy_perform(curl.get()), CURLE_WRITE_ERROR);  // it had enough
  long redirects = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_REDIRECT_COUNT, &redirects);
  EXPECT_EQ(redirects, 1);
  EXPECT_THAT(taken, HasSubstr("--picture\r\nContent-Type: image/jpeg\r\n"));
}

std::size_t count(char*, std::size_t size, std::size_t times, void* bytes) {
  *static_cast<std::atomic<std::size_t>*>(bytes) += size * times;
  return size * times;
}

TEST(MotionJpeg, ends_when_it_is_no_longer_permitted) {
  Served server({.camera = test::staged_video()});
  HttpClient admin = server.admin();
  const json token = admin.post("/api/v1/me/tokens", {{"name", "player"}}).json();
  const std::string bearer = "Authorization: Bearer " + token["token"].get<std::string>(), pictures = server.url() + kPath;
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(curl_slist_append(nullptr, bearer.c_str()),
                                                                            curl_slist_free_all);
  constexpr std::size_t kSome = 60'000;  // bytes: several pictures
  std::atomic<std::size_t> bytes = 0;
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, count);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &bytes);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 300L);
  curl_easy_setopt(curl.get(), CURLOPT_URL, pictures.c_str());
  int revoked = 0;
  std::jthread revoking([&] {
    if (!eventually([&] { return bytes > kSome; })) return;
    revoked = admin.remove("/api/v1/me/tokens/" + std::to_string(token["id"].get<int>())).status;
  });
  EXPECT_NE(curl_easy_perform(curl.get()), CURLE_OPERATION_TIMEDOUT);
  revoking.join();
  EXPECT_GT(bytes, kSome) << "it was permitted at first";
  EXPECT_EQ(revoked, 204);
}

}  // namespace
}  // namespace vigil::server
