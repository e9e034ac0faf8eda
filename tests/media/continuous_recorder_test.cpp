// Segments of a stream that plays at its own speed: what they hold, and what is left when the process is killed, the disk is
// full or nobody takes them.
#include "media/continuous_recorder.h"

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <mutex>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "core/log.h"
#include "media/live_source.h"
#include "support/eventually.h"
#include "support/make_media.h"
#include "support/rtsp_server.h"
#include "support/temp_dir.h"

namespace vigil::media {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::MediaDuration;
using core::MediaTime;

constexpr RecordedAt kStart = std::chrono::sys_days(std::chrono::year(2026) / 11 / 26) + std::chrono::hours(12);

RecordedAt wall_time(MediaTime time) { return kStart + std::chrono::microseconds(time.us()); }

fs::path video(const std::string& codec = "-c:v libx264 -preset ultrafast") {
  return test::make_media("around_the_clock.mp4",
                          "-f lavfi -i testsrc2=s=160x120:r=25:d=20 -pix_fmt yuv420p -g 25 " + codec);
}

ContinuousRecorderOptions short_segments(const fs::path& folder) {
  return {.folder = folder,
          .segment = MediaDuration::from_seconds(1),
          .wall_time = wall_time,
          .try_again = MediaDuration::from_seconds(0.1)};
}

// Takes segments, or fails as long as it is told to.
struct Store {
  SegmentSink sink() {
    return [this](const FinishedSegment& segment) -> core::Status {
      const std::scoped_lock lock(mutex);
      if (failing) return core::fail(ErrorCode::kIo, "the database is away");
      EXPECT_TRUE(fs::exists(segment.path));
      segments.push_back(segment);
      return {};
    };
  }

  std::mutex mutex;
  bool failing = false;
  std::vector<FinishedSegment> segments;
};

// The time of the first picture then or later.
double read_until(LiveSource& source, double seconds) {
  for (;;) {
    const auto views = source.read_views();
    EXPECT_TRUE(views) << views.error().message;
    if (!views || !*views) return seconds;
    if (const double at = (*views)->first.pts().seconds(); at >= seconds) return at;
  }
}

std::size_t frames_in(const fs::path& file) {
  auto source = Source::open(file.string());
  EXPECT_TRUE(source) << source.error().message;
  std::size_t frames = 0;
  while (source && (*source)->read().value()) ++frames;
  return frames;
}

TEST(ContinuousRecorder, segments_tile_the_stream) {
  const test::TempDir dir;
  for (const std::string codec : {"-c:v libx264 -preset ultrafast", "-c:v libx264 -bf 3", "-c:v mpeg4 -q:v 5"}) {
    SCOPED_TRACE(codec);
    fs::remove_all(dir / "recording");
    Store store;
    auto recorder = ContinuousRecorder::create(short_segments(dir / "recording"), store.sink());
    ASSERT_TRUE(recorder) << recorder.error().message;
    {
      auto source = LiveSource::create(video(codec).string(), {.realtime = true, .taps = {&(*recorder)->tap()}});
      ASSERT_TRUE(source);
      read_until(**source, 4.5);
    }
    EXPECT_EQ((*recorder)->refused(), "");
    recorder->reset();
    ASSERT_GE(store.segments.size(), 4U);
    std::size_t frames = 0;
    for (std::size_t i = 0; i < store.segments.size(); ++i) {
      const FinishedSegment& segment = store.segments[i];
      EXPECT_EQ(segment.begin, i > 0 ? store.segments[i - 1].end : MediaTime());
      EXPECT_EQ(segment.recorded_at, wall_time(segment.begin));
      EXPECT_EQ(segment.bytes, fs::file_size(segment.path));
      const std::size_t its_frames = frames_in(segment.path);
      // Where the stream stopped, pictures that come later but are shown before the last may be missing.
      const double missing = i + 1 < store.segments.size() ? 0 : 3;
      EXPECT_NEAR((segment.end - segment.begin).seconds(), static_cast<double>(its_frames) / 25, missing / 25 + 1e-4);
      frames += its_frames;
    }
    EXPECT_NEAR(static_cast<double>(frames) / 25, store.segments.back().end.seconds(), 3.0 / 25 + 1e-4);
    const auto left = left_over_segments(dir / "recording");
    ASSERT_EQ(left.size(), store.segments.size()) << "the sink left them where they were";
    EXPECT_EQ(left[1].path, store.segments[1].path);
    EXPECT_EQ(left[1].recorded_at, store.segments[1].recorded_at);
    EXPECT_NEAR(left[1].length.seconds(), (store.segments[1].end - store.segments[1].begin).seconds(), 1e-4);
  }
}

TEST(ContinuousRecorder, after_an_outage_segments_go_on_later) {
  const test::TempDir dir;
  test::RtspServer camera(video());
  Store store;
  auto recorder = ContinuousRecorder::create(short_segments(dir / "recording"), store.sink());
  ASSERT_TRUE(recorder);
  {
    auto source = LiveSource::create(
        camera.url(), {.back_off = {.first = MediaDuration::from_seconds(0.2), .longest = MediaDuration::from_seconds(0.4)},
                       .taps = {&(*recorder)->tap()}});
    ASSERT_TRUE(source);
    read_until(**source, 2.5);
    camera.kill();
    std::jthread again([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(700));
      camera.start();
    });
    const double back = read_until(**source, 6);  // later where the server took long to start
    read_until(**source, back + 1);
  }
  recorder->reset();
  int gaps = 0;
  for (std::size_t i = 1; i < store.segments.size(); ++i) {
    const auto gap = store.segments[i].begin - store.segments[i - 1].end;
    EXPECT_GE(gap.us(), 0);
    gaps += gap.seconds() > 0.5;
  }
  EXPECT_EQ(gaps, 1);
}

TEST(ContinuousRecorder, what_a_killed_process_recorded_is_left_over_but_for_the_last_second) {
  const test::TempDir dir;
  const pid_t child = fork();
  if (child == 0) {
    Store store;
    auto recorder = ContinuousRecorder::create(short_segments(dir / "recording"), store.sink());
    auto source = LiveSource::create(video().string(), {.realtime = true, .taps = {&(*recorder)->tap()}});
    read_until(**source, 4.7);
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  const auto left = left_over_segments(dir / "recording");
  ASSERT_GE(left.size(), 4U);
  double end = 0;
  for (const LeftOverSegment& segment : left) {
    const double begin = std::chrono::duration<double>(segment.recorded_at - kStart).count();
    EXPECT_NEAR(begin, end, 1e-4);
    EXPECT_NEAR(segment.length.seconds(), static_cast<double>(frames_in(segment.path)) / 25, 1e-4);
    EXPECT_EQ(segment.bytes, fs::file_size(segment.path));
    end = begin + segment.length.seconds();
  }
  EXPECT_GE(end, 3.6);
  EXPECT_LE(end, 4.8);
}

TEST(ContinuousRecorder, a_full_disk_ends_neither_the_stream_nor_the_recording) {
  const test::TempDir dir;
  std::vector<std::string> lines;
  const auto before = core::set_log_sink([&](core::LogLevel level, std::string_view line) {
    if (level >= core::LogLevel::kWarning) lines.emplace_back(line);
  });
  Store store;
  auto recorder = ContinuousRecorder::create(short_segments(dir / "recording"), store.sink());
  ASSERT_TRUE(recorder);
  {
    auto source = LiveSource::create(video().string(), {.realtime = true, .taps = {&(*recorder)->tap()}});
    ASSERT_TRUE(source);
    read_until(**source, 2.5);
    // Files cannot grow, as on a full disk.
    signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    getrlimit(RLIMIT_FSIZE, &limit);
    const rlimit full{.rlim_cur = 1, .rlim_max = limit.rlim_max};
    setrlimit(RLIMIT_FSIZE, &full);
    read_until(**source, 5.2);
    setrlimit(RLIMIT_FSIZE, &limit);
    read_until(**source, 8.2);
  }
  recorder->reset();
  core::set_log_sink(before);
  EXPECT_THAT(lines, testing::ElementsAre(testing::HasSubstr("cannot record"))) << "once";
  ASSERT_GE(store.segments.size(), 4U);
  double longest_gap = 0;
  for (std::size_t i = 0; i < store.segments.size(); ++i) {
    EXPECT_GT(frames_in(store.segments[i].path), 0U);
    if (i > 0) longest_gap = std::max(longest_gap, (store.segments[i].begin - store.segments[i - 1].end).seconds());
  }
  EXPECT_GT(longest_gap, 2);
  EXPECT_LT(longest_gap, 5);
  EXPECT_GE(store.segments.back().end.seconds(), 8);
}

TEST(ContinuousRecorder, keeps_what_the_sink_cannot_take_and_asks_again) {
  const test::TempDir dir;
  Store store;
  store.failing = true;
  auto options = short_segments(dir / "recording");
  options.most_waiting = 2;
  auto recorder = ContinuousRecorder::create(options, store.sink());
  ASSERT_TRUE(recorder);
  {
    auto source = LiveSource::create(video().string(), {.realtime = true, .taps = {&(*recorder)->tap()}});
    ASSERT_TRUE(source);
    read_until(**source, 4.2);
    EXPECT_EQ((*recorder)->waiting(), 2U);
    {
      const std::scoped_lock lock(store.mutex);
      store.failing = false;
    }
    EXPECT_TRUE(test::eventually([&] { return (*recorder)->waiting() == 0; }));
    read_until(**source, 6.2);
  }
  recorder->reset();
  ASSERT_GE(store.segments.size(), 4U);
  EXPECT_EQ(store.segments[0].begin.us(), 0);
  EXPECT_EQ(store.segments[1].begin.us(), 1'000'000);
  EXPECT_GE(store.segments[2].begin.us(), 4'000'000) << "those between did not fit";
  EXPECT_EQ(left_over_segments(dir / "recording").size(), store.segments.size() + 2) << "but are still there";
}

TEST(ContinuousRecorder, refuses_what_it_cannot_do) {
  const test::TempDir dir;
  EXPECT_EQ(ContinuousRecorder::create({.folder = dir / "a", .segment = {}}, {}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ContinuousRecorder::create({.folder = dir / "a", .most_waiting = 0}, {}).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_TRUE(left_over_segments(dir / "nothing here").empty());
  Store store;
  auto recorder = ContinuousRecorder::create(short_segments(dir / "recording"), store.sink());
  const auto huff = test::make_media("huff.avi", "-f lavfi -i testsrc2=s=160x120:r=25:d=2 -c:v huffyuv");
  auto source = LiveSource::create(huff.string(), {.realtime = true, .taps = {&(*recorder)->tap()}});
  read_until(**source, 0.5);
  EXPECT_THAT((*recorder)->refused(), testing::HasSubstr("huffyuv"));
}

}  // namespace
}  // namespace vigil::media
