// A real RTSP server that is killed, restarted and frozen, and files played at their own speed.
#include "media/live_source.h"

#include <algorithm>
#include <chrono>
#include <format>
#include <mutex>
#include <optional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/arrival_clock.h"
#include "media/packet_tap.h"
#include "support/make_media.h"
#include "support/rtsp_server.h"

namespace vigil::media {
namespace {

using core::ErrorCode;
using core::MediaDuration;
using core::MediaTime;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::Not;

std::filesystem::path camera_video() {
  return test::make_media("camera.mp4",
                          "-f lavfi -i testsrc2=s=160x120:r=25:d=60 -pix_fmt yuv420p -c:v libx264 -preset ultrafast -g 25");
}

// Times of the frames read and when they were, and what was told.
struct Watched {
  std::vector<StreamChange> changes;
  std::vector<MediaTime> times;
  std::vector<steady_clock::time_point> moments;

  StreamSink sink() {
    return [this](const StreamChange& change) { changes.push_back(change); };
  }
  std::vector<StreamState> states() const {
    std::vector<StreamState> all;
    for (const StreamChange& change : changes) all.push_back(change.state);
    return all;
  }
  void read(LiveSource& source, int count) {
    for (int i = 0; i < count; ++i) {
      const auto views = source.read_views();
      ASSERT_TRUE(views) << views.error().message;
      ASSERT_TRUE(*views);
      ASSERT_TRUE(times.empty() || (*views)->first.pts() > times.back());
      times.push_back((*views)->first.pts());
      moments.push_back(steady_clock::now());
    }
  }
};

const BackOffOptions kQuick{.first = MediaDuration::from_seconds(0.1), .longest = MediaDuration::from_seconds(0.5)};

TEST(LiveSource, plays_a_camera_and_knows_when_it_showed_a_picture) {
  const test::RtspServer camera(camera_video());
  Watched watched;
  auto source = LiveSource::create(camera.url(), {.source = {.size = FitShortSide{60}}}, watched.sink());
  ASSERT_TRUE(source);
  EXPECT_FALSE((*source)->wall_time(MediaTime()));
  watched.read(**source, 50);
  ASSERT_EQ(watched.times.size(), 50U);
  EXPECT_EQ(watched.times.front(), MediaTime());
  EXPECT_NEAR(watched.times.back().seconds(), 49 / 25.0, 0.01);
  EXPECT_THAT(watched.states(), testing::ElementsAre(StreamState::kConnected));
  ASSERT_TRUE((*source)->info());
  EXPECT_EQ((*source)->info()->width_px, 160);
  EXPECT_EQ((*source)->info()->frame_width_px, 80);
  const auto wall = (*source)->wall_time(watched.times.back());
  ASSERT_TRUE(wall);
  EXPECT_NEAR(std::chrono::duration<double>(std::chrono::system_clock::now() - *wall).count(), 0.5, 1.5);
}

TEST(LiveSource, comes_back_after_the_camera_was_away_and_keeps_the_time_that_passed) {
  test::RtspServer camera(camera_video());
  Watched watched;
  auto source = LiveSource::create(camera.url(), {.back_off = kQuick}, watched.sink());
  ASSERT_TRUE(source);
  watched.read(**source, 30);
  const auto lost = steady_clock::now();
  camera.kill();
  std::jthread again([&] {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    camera.start();
  });
  const std::size_t before = watched.times.size();
  while (!HasFailure() && (watched.changes.size() < 4 || watched.changes.back().state != StreamState::kConnected)) {
    watched.read(**source, 1);
  }
  const double away = std::chrono::duration<double>(steady_clock::now() - lost).count();
  watched.read(**source, 10);
  EXPECT_EQ(watched.changes[1].state, StreamState::kLost);
  EXPECT_FALSE(watched.changes[1].reason.empty());
  EXPECT_EQ(watched.changes[2].state, StreamState::kReconnecting);
  // The gap on the time line is the outage.
  double gap = 0;
  for (std::size_t i = before; i < watched.times.size(); ++i) {
    gap = std::max(gap, (watched.times[i] - watched.times[i - 1]).seconds());
  }
  EXPECT_GT(gap, 0.9);
  EXPECT_LT(gap, away + 1);
  EXPECT_GT((*source)->stats().frames, 40U);
}

TEST(LiveSource, notices_a_stream_that_stands_still) {
  test::RtspServer camera(camera_video());
  Watched watched;
  const auto limit = MediaDuration::from_seconds(1);
  auto source = LiveSource::create(camera.url(), {.frozen_after = limit, .back_off = kQuick}, watched.sink());
  ASSERT_TRUE(source);
  watched.read(**source, 10);
  camera.freeze();
  std::jthread thaw([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(2500));
    camera.thaw();
  });
  while (!HasFailure() && watched.changes.size() < 2) {
    watched.read(**source, 1);
  }
  EXPECT_EQ(watched.changes[1].state, StreamState::kFrozen);
  EXPECT_THAT(watched.changes[1].reason, HasSubstr("no new picture for 1.0 s"));
  EXPECT_EQ(watched.changes.back().state, StreamState::kConnected) << "and it came back";
}

TEST(LiveSource, waits_longer_from_try_to_try_and_names_no_secret) {
  std::string url;
  {
    const test::RtspServer gone(camera_video());
    url = gone.url();
  }
  url.insert(url.find("//") + 2, "user:secret@");
  std::stop_source stop;
  Watched watched;
  LiveSourceOptions options{
      .source = {.stop = stop.get_token()},
      .back_off = {.first = MediaDuration::from_seconds(0.05), .longest = MediaDuration::from_seconds(0.4)}};
  auto source = LiveSource::create(url, options, [&](const StreamChange& change) {
    watched.changes.push_back(change);
    if (watched.changes.size() == 6) stop.request_stop();
  });
  ASSERT_TRUE(source);
  const auto views = (*source)->read_views();
  ASSERT_FALSE(views);
  EXPECT_EQ(views.error().code, ErrorCode::kCancelled);
  const double bases[] = {0.05, 0.1, 0.2, 0.32, 0.32, 0.32};
  ASSERT_EQ(watched.changes.size(), 6U);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(watched.changes[i].state, StreamState::kReconnecting);
    EXPECT_THAT(watched.changes[i].reason, testing::AllOf(HasSubstr("refused"), Not(HasSubstr("secret"))));
    EXPECT_GE(watched.changes[i].wait.seconds(), bases[i] * 0.999);
    EXPECT_LE(watched.changes[i].wait.seconds(), bases[i] * 1.2501);
  }
}

TEST(LiveSource, a_stop_ends_it_while_it_plays_and_while_it_waits) {
  test::RtspServer camera(camera_video());
  for (const bool away : {false, true}) {
    if (away) camera.kill();
    std::stop_source stop;
    auto source = LiveSource::create(camera.url(), {.source = {.stop = stop.get_token()}});
    ASSERT_TRUE(source);
    std::jthread later([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
      stop.request_stop();
    });
    for (;;) {
      const auto views = (*source)->read_views();
      if (views) continue;
      EXPECT_EQ(views.error().code, ErrorCode::kCancelled) << views.error().message;
      break;
    }
    EXPECT_TRUE(stop.stop_requested());
  }
}

TEST(LiveSource, plays_a_file_at_its_own_speed_and_ends_with_it) {
  const auto video = test::make_media("short.mp4", "-f lavfi -i testsrc2=s=160x120:r=25:d=2 -pix_fmt yuv420p -c:v libx264");
  auto source = LiveSource::create(video.string(), {.realtime = true});
  ASSERT_TRUE(source);
  const auto began = steady_clock::now();
  int frames = 0;
  for (;; ++frames) {
    const auto views = (*source)->read_views();
    ASSERT_TRUE(views) << views.error().message;
    if (!*views) break;
  }
  EXPECT_EQ(frames, 50);
  EXPECT_GE(steady_clock::now() - began, std::chrono::milliseconds(1900));
}

class CountingTap : public PacketTap {
 public:
  void begin(const AVStream& /*stream*/) override { ++begun; }
  void packet(const AVPacket& /*packet*/) override { ++packets; }
  void placed(std::optional<std::int64_t> /*ticks*/, MediaTime time) override { placed_at.push_back(time); }
  void end() override { ++ended; }

  int begun = 0, ended = 0, packets = 0;
  std::vector<MediaTime> placed_at;
};

TEST(LiveSource, plays_a_file_again_and_again_as_one_stream) {
  const auto video =
      test::make_media("loop.mp4", "-f lavfi -i testsrc2=s=160x120:r=25:d=1 -pix_fmt yuv420p -c:v libx264 -bf 3");
  Watched watched;
  CountingTap first, second;
  auto source =
      LiveSource::create(video.string(), {.realtime = true, .loop = true, .taps = {&first, &second}}, watched.sink());
  ASSERT_TRUE(source);
  const auto began = steady_clock::now();
  watched.read(**source, 25);
  EXPECT_EQ((*source)->repeats(), 0U);
  watched.read(**source, 50);
  ASSERT_EQ(watched.times.size(), 75U);
  const double took = std::chrono::duration<double>(steady_clock::now() - began).count();
  EXPECT_EQ((*source)->repeats(), 2U);
  for (std::size_t i = 0; i < watched.times.size(); ++i) {
    EXPECT_EQ(watched.times[i].us(), static_cast<std::int64_t>(i) * 40'000);
  }
  EXPECT_GE(took, 2.9);
  double least_late = took;  // of the last pass; any one frame may be late on a busy machine
  for (std::size_t i = 50; i < watched.times.size(); ++i) {
    const std::chrono::duration<double> passed = watched.moments[i] - watched.moments[0];
    least_late = std::min(least_late, passed.count() - watched.times[i].seconds());
  }
  EXPECT_LT(least_late, 0.5);
  EXPECT_THAT(watched.states(), testing::ElementsAre(StreamState::kConnected)) << "no outage";
  source->reset();
  for (const CountingTap* tap : {&first, &second}) {
    EXPECT_EQ(tap->begun, 3);
    EXPECT_EQ(tap->ended, 3);
    EXPECT_GE(tap->packets, 75);
    EXPECT_EQ(tap->placed_at, watched.times);
  }
}

TEST(LiveSource, says_what_no_other_try_would_mend) {
  auto stored = LiveSource::create(camera_video().string(), {});
  ASSERT_TRUE(stored);
  const auto views = (*stored)->read_views();
  ASSERT_FALSE(views);
  EXPECT_EQ(views.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(views.error().message, HasSubstr("realtime"));
  auto absent = LiveSource::create("/nowhere/video9", {});
  ASSERT_TRUE(absent);
  EXPECT_EQ((*absent)->read_views().error().code, ErrorCode::kNotFound);
  EXPECT_EQ(LiveSource::create("rtsp://x/", {.frozen_after = {}}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(LiveSource::create("rtsp://x/", {.loop = true}).error().code, ErrorCode::kInvalidArgument);
}

TEST(ArrivalClock, goes_by_the_least_delay_and_follows_a_drift) {
  ArrivalClock clock;
  const steady_clock::time_point start{};
  EXPECT_FALSE(clock.moment_of(MediaTime()));
  const auto at = [&](double seconds) { return start + std::chrono::microseconds(std::llround(seconds * 1e6)); };
  clock.arrived(MediaTime::from_seconds(0), at(10.8));
  clock.arrived(MediaTime::from_seconds(1), at(11.1));
  clock.arrived(MediaTime::from_seconds(2), at(12.5));
  EXPECT_EQ(clock.moment_of(MediaTime::from_seconds(5)), at(15.1));
  for (int s = 3; s < 200; ++s) clock.arrived(MediaTime::from_seconds(s), at(10.1 + s + 0.001 * s));
  const auto late = clock.moment_of(MediaTime::from_seconds(200));
  EXPECT_NEAR(std::chrono::duration<double>(*late - at(210.1)).count(), 0.17, 0.03);
}

}  // namespace
}  // namespace vigil::media
