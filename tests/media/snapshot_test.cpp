// One picture of a real RTSP server, and what is said of addresses that are wrong.
#include "media/snapshot.h"

#include <chrono>
#include <format>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/image_file.h"
#include "support/make_media.h"
#include "support/rtsp_server.h"
#include "support/temp_dir.h"

namespace vigil::media {
namespace {

using core::ErrorCode;
using core::MediaDuration;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::filesystem::path camera_video() {
  return test::make_media("snapshot.mp4",
                          "-f lavfi -i testsrc2=s=320x240:r=25:d=20 -pix_fmt yuv420p -c:v libx264 -preset ultrafast -g 25");
}

std::string with_login(std::string url, const std::string& login) { return url.insert(url.find("//") + 2, login + "@"); }

Frame decoded(const std::string& jpeg) {
  const auto bytes = std::span(reinterpret_cast<const std::uint8_t*>(jpeg.data()), jpeg.size());
  auto source = Source::open_bytes(bytes, "picture.jpg");
  EXPECT_TRUE(source) << source.error().message;
  return (*source)->read().value().value();
}

TEST(Snapshot, shows_a_camera_and_says_what_it_is) {
  const test::RtspServer camera(camera_video(), {.login = "viewer:let-me-in"});
  const auto snapshot = take_snapshot(with_login(camera.url(), "viewer:let-me-in"), {.size = FitLongSide{160}});
  ASSERT_TRUE(snapshot) << snapshot.error().message;
  EXPECT_EQ(decoded(snapshot->jpeg).width_px(), 160);
  EXPECT_EQ(decoded(snapshot->jpeg).height_px(), 120);
  EXPECT_EQ(snapshot->info.codec, "h264");
  EXPECT_EQ(snapshot->info.width_px, 320);
  EXPECT_TRUE(snapshot->info.live);
  EXPECT_THAT(snapshot->info.name, Not(HasSubstr("let-me-in")));
}

TEST(Snapshot, says_what_is_wrong_with_an_address_in_words_without_secrets) {
  test::RtspServer camera(camera_video(), {.login = "viewer:let-me-in"});
  const auto reason = [](const std::string& url) {
    const auto snapshot = take_snapshot(url, {.timeout = MediaDuration::from_seconds(5)});
    EXPECT_FALSE(snapshot) << url;
    return snapshot ? std::string() : snapshot.error().message;
  };
  EXPECT_THAT(reason(with_login(camera.url(), "viewer:gu3ss")), AllOf(HasSubstr("password"), Not(HasSubstr("gu3ss"))));
  EXPECT_THAT(reason(camera.url()), HasSubstr("password is missing"));
  EXPECT_THAT(reason(with_login(camera.url(), "viewer:let-me-in") + "/nothing"),
              AllOf(HasSubstr("no such stream"), Not(HasSubstr("let-me-in"))));
  const std::string dead = with_login(camera.url(), "viewer:let-me-in");
  camera.kill();
  EXPECT_THAT(reason(dead), AllOf(HasSubstr("connection refused"), Not(HasSubstr("let-me-in"))));
  EXPECT_THAT(reason("rtsp://user:let-me-in@no-such-host.invalid/stream"),
              AllOf(HasSubstr("the host no-such-host.invalid is not known"), Not(HasSubstr("let-me-in"))));
  EXPECT_THAT(reason("/nowhere/video"), HasSubstr("no such file"));
  EXPECT_THAT(reason("gopher://there"), HasSubstr("not supported"));
  const test::TempDir dir;
  std::ofstream(dir / "letter.txt") << "no video at all";
  EXPECT_THAT(reason((dir / "letter.txt").string()), HasSubstr("not a video"));
}

TEST(Snapshot, gives_up_in_time_and_when_it_is_stopped) {
  test::RtspServer camera(camera_video());
  camera.freeze();
  const auto late = take_snapshot(camera.url(), {.timeout = MediaDuration::from_seconds(0.5)});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kTimedOut) << late.error().message;
  std::stop_source stop;
  std::jthread soon([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    stop.request_stop();
  });
  const auto stopped = take_snapshot(camera.url(), {.stop = stop.get_token()});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled) << stopped.error().message;
  EXPECT_EQ(take_snapshot(camera.url(), {.timeout = {}}).error().code, ErrorCode::kInvalidArgument);
}

TEST(Jpeg, as_bytes_is_what_is_written_and_shows_what_was_drawn) {
  auto source = Source::open(camera_video().string());
  ASSERT_TRUE(source);
  const Frame frame = (*source)->read().value().value();
  const test::TempDir dir;
  ASSERT_TRUE(write_jpeg(frame, dir / "plain.jpg"));
  const auto plain = encode_jpeg(frame);
  ASSERT_TRUE(plain);
  EXPECT_EQ(*plain, test::read_bytes(dir / "plain.jpg"));
  const Annotation drawn{.boxes = {{.box = {.left = 40, .top = 60, .width = 100, .height = 80}, .tone = Tone::kAlert}}};
  const auto marked = encode_jpeg(frame, drawn);
  ASSERT_TRUE(marked);
  // The alert's red has much Cr where the box's left side is.
  const Frame shown = decoded(*marked);
  const Plane red = shown.plane(2);
  EXPECT_GT(red.data[50 * red.stride_bytes + 20], 180);
  EXPECT_FALSE(encode_jpeg(Frame()));
  EXPECT_FALSE(encode_jpeg(frame, {.quality = 0}));
}

}  // namespace
}  // namespace vigil::media
