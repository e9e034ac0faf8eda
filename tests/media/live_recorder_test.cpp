// Clips and pictures out of what a real RTSP server sent, across an outage, and after the process was killed.
#include "media/live_recorder.h"

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <format>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "media/live_source.h"
#include "support/make_media.h"
#include "support/rtsp_server.h"
#include "support/temp_dir.h"

namespace vigil::media {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::MediaDuration;
using core::MediaTime;

// The picture is white in every third second, so that frames can be told by what they show.
fs::path blinking_video(const std::string& codec = "-c:v libx264 -preset ultrafast -g 25") {
  return test::make_media("blink.mp4",
                          "-f lavfi -i color=c=black:s=160x120:r=25:d=30,drawbox=c=white:t=fill:enable='"
                          "gte(mod(t\\,3)\\,2)' -pix_fmt yuv420p " +
                              codec);
}

bool is_white(const Frame& frame) {
  const Plane luma = frame.plane(0);
  return luma.data[static_cast<std::ptrdiff_t>(luma.height_px / 2) * luma.stride_bytes + luma.width_px / 2] > 128;
}

LiveRecorderOptions short_segments(const fs::path& folder) {
  return {.folder = folder,
          .segment = MediaDuration::from_seconds(1),
          .keep = MediaDuration::from_seconds(60),
          .keep_bytes = 8 << 20};
}

// The time of the first picture then or later.
double read_until(LiveSource& source, double seconds) {
  for (;;) {
    const auto views = source.read_views();
    EXPECT_TRUE(views && *views) << (views ? "the end" : views.error().message);
    if (!views || !*views) return seconds;
    if (const double at = (*views)->first.pts().seconds(); at >= seconds) return at;
  }
}

ClipRange stretch(double begin, double end, double roll = 0) {
  return {.begin = MediaTime::from_seconds(begin),
          .end = MediaTime::from_seconds(end),
          .pre_roll = MediaDuration::from_seconds(roll),
          .post_roll = MediaDuration::from_seconds(roll)};
}

// Frames of the clip, as source times, with whether each is white as it should be.
void expect_shows(const fs::path& file, const WrittenClip& clip, std::size_t least_frames) {
  auto source = Source::open(file.string());
  ASSERT_TRUE(source) << source.error().message;
  (*source)->begin_at(clip.begin);
  std::size_t frames = 0;
  for (;; ++frames) {
    const auto frame = (*source)->read();
    ASSERT_TRUE(frame) << frame.error().message;
    if (!*frame) break;
    const double at = (*frame)->pts().seconds();
    EXPECT_EQ(is_white(**frame), std::fmod(at + 0.02, 3) >= 2) << at;
    EXPECT_LT(at, clip.end.seconds() + 0.01);
  }
  EXPECT_GE(frames, least_frames);
}

TEST(LiveRecorder, cuts_what_the_camera_showed_with_its_times) {
  const test::TempDir dir;
  for (const std::string codec : {"-c:v libx264 -preset ultrafast -g 25", "-c:v libx264 -bf 3 -g 25"}) {
    const test::RtspServer camera(blinking_video(codec));
    auto recorder = LiveRecorder::create(short_segments(dir / "live"));
    ASSERT_TRUE(recorder) << recorder.error().message;
    auto source = LiveSource::create(camera.url(), {.taps = {&(*recorder)->tap()}});
    ASSERT_TRUE(source);
    read_until(**source, 6);
    ASSERT_TRUE((*recorder)->recorded_until());
    EXPECT_GT((*recorder)->recorded_until()->seconds(), 4);
    const auto clip = (*recorder)->cut(stretch(2.5, 3.5, 0.5), dir / "clip.mp4");
    ASSERT_TRUE(clip) << clip.error().message;
    EXPECT_LE(clip->clip.begin, MediaTime::from_seconds(2.0));
    EXPECT_GE(clip->clip.begin, MediaTime::from_seconds(0.9));
    EXPECT_NEAR(clip->clip.end.seconds(), 4, 0.17);
    EXPECT_FALSE(clip->clip.reencoded);
    EXPECT_TRUE(clip->notes.empty()) << clip->notes.front();
    expect_shows(dir / "clip.mp4", clip->clip, 48);
    const auto picture = (*recorder)->picture_at(MediaTime::from_seconds(2.5), NativeSize{});
    ASSERT_TRUE(picture) << picture.error().message;
    EXPECT_NEAR(picture->pts().seconds(), 2.5, 0.041);
    EXPECT_TRUE(is_white(*picture));
  }
}

TEST(LiveRecorder, a_clip_across_an_outage_plays_and_says_so) {
  const test::TempDir dir;
  test::RtspServer camera(blinking_video());
  auto recorder = LiveRecorder::create(short_segments(dir / "live"));
  ASSERT_TRUE(recorder);
  auto source = LiveSource::create(
      camera.url(), {.back_off = {.first = MediaDuration::from_seconds(0.2), .longest = MediaDuration::from_seconds(0.4)},
                     .taps = {&(*recorder)->tap()}});
  ASSERT_TRUE(source);
  read_until(**source, 3);
  camera.kill();
  std::jthread again([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    camera.start();
  });
  const double back = read_until(**source, 6);  // later where the server took long to start
  read_until(**source, back + 2);
  const auto clip = (*recorder)->cut(stretch(1, back + 1), dir / "clip.mp4");
  ASSERT_TRUE(clip) << clip.error().message;
  EXPECT_FALSE(clip->clip.reencoded);
  ASSERT_EQ(clip->notes.size(), 1U);
  EXPECT_THAT(clip->notes[0], testing::HasSubstr("nothing was recorded from"));
  auto played = Source::open((dir / "clip.mp4").string());
  ASSERT_TRUE(played) << played.error().message;
  std::vector<double> times;
  while (auto frame = (*played)->read().value()) times.push_back(frame->pts().seconds());
  double gap = 0;
  for (std::size_t i = 1; i < times.size(); ++i) gap = std::max(gap, times[i] - times[i - 1]);
  EXPECT_GT(gap, 1.4);
  EXPECT_NEAR(times.back(), (clip->clip.end - clip->clip.begin).seconds(), 0.1);
  EXPECT_EQ((*played)->stats().corrupt_packets, 0U);
  EXPECT_NE(test::run_program({"ffprobe", "-v", "error", "-show_entries", "format=duration", dir / "clip.mp4"}), "");
}

TEST(LiveRecorder, keeps_so_much_and_no_more) {
  const test::TempDir dir;
  const auto video = test::make_media("noise.mp4",
                                      "-f lavfi -i testsrc2=s=640x480:r=25:d=20,noise=alls=60:allf=t -pix_fmt yuv420p "
                                      "-c:v libx264 -preset ultrafast -g 25");
  LiveRecorderOptions options = short_segments(dir / "live");
  options.keep = MediaDuration::from_seconds(3);
  options.keep_bytes = 64ULL << 20;
  auto recorder = LiveRecorder::create(options);
  ASSERT_TRUE(recorder);
  {
    auto source = LiveSource::create(video.string(), {.realtime = true, .taps = {&(*recorder)->tap()}});
    ASSERT_TRUE(source);
    read_until(**source, 7);
    const auto lost = (*recorder)->cut(stretch(0.5, 1.5), dir / "clip.mp4");
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().code, ErrorCode::kNotFound);
    const auto late = (*recorder)->cut(stretch(1, 6), dir / "clip.mp4");
    ASSERT_TRUE(late) << late.error().message;
    EXPECT_THAT(late->notes, testing::ElementsAre(testing::HasSubstr("no longer there")));
    (*recorder)->keep_from(MediaTime::from_seconds(5));
    read_until(**source, 11);
    EXPECT_TRUE((*recorder)->cut(stretch(5, 10), dir / "clip.mp4")->notes.empty());
  }
  EXPECT_LE((*recorder)->bytes(), options.keep_bytes);
  recorder->reset();
  EXPECT_TRUE(fs::is_empty(dir / "live"));

  options.keep = MediaDuration::from_seconds(60);
  options.keep_bytes = 4ULL << 20;
  recorder = LiveRecorder::create(options);
  auto source = LiveSource::create(video.string(), {.realtime = true, .taps = {&(*recorder)->tap()}});
  read_until(**source, 6);
  EXPECT_LE((*recorder)->bytes(), options.keep_bytes + (3ULL << 20)) << "but for the segment that is written";
}

TEST(LiveRecorder, re_encodes_what_no_browser_plays) {
  const test::TempDir dir;
  auto recorder = LiveRecorder::create(short_segments(dir / "live"));
  ASSERT_TRUE(recorder);
  const auto video = blinking_video("-c:v mpeg4 -q:v 5 -g 25");
  auto source = LiveSource::create(video.string(), {.realtime = true, .taps = {&(*recorder)->tap()}});
  ASSERT_TRUE(source);
  read_until(**source, 4.5);
  const auto clip = (*recorder)->cut(stretch(2, 3), dir / "clip.mp4");
  ASSERT_TRUE(clip) << clip.error().message;
  EXPECT_TRUE(clip->clip.reencoded);
  expect_shows(dir / "clip.mp4", clip->clip, 25);
  EXPECT_FALSE(fs::exists(dir / ".raw.clip.tmp.mp4"));
}

TEST(LiveRecorder, names_what_it_cannot_hold) {
  const test::TempDir dir;
  auto recorder = LiveRecorder::create(short_segments(dir / "live"));
  ASSERT_TRUE(recorder);
  const auto video = test::make_media("huff.avi", "-f lavfi -i testsrc2=s=160x120:r=25:d=2 -c:v huffyuv");
  auto source = LiveSource::create(video.string(), {.realtime = true, .taps = {&(*recorder)->tap()}});
  ASSERT_TRUE(source);
  read_until(**source, 1);
  const auto clip = (*recorder)->cut(stretch(0, 1), dir / "clip.mp4");
  ASSERT_FALSE(clip);
  EXPECT_EQ(clip.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(clip.error().message, testing::HasSubstr("huffyuv"));
}

TEST(LiveRecorder, what_a_killed_process_recorded_plays_but_for_the_last_second) {
  const test::TempDir dir;
  const auto video = blinking_video();
  const pid_t child = fork();
  if (child == 0) {
    auto recorder = LiveRecorder::create(short_segments(dir / "live"));
    auto source = LiveSource::create(video.string(), {.realtime = true, .taps = {&(*recorder)->tap()}});
    for (;;) {
      const auto views = (*source)->read_views();
      if (!views || !*views || (*views)->first.pts().seconds() > 4.5) break;
    }
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  std::size_t frames = 0;
  for (const auto& entry : fs::directory_iterator(dir / "live")) {
    auto source = Source::open(entry.path().string());
    ASSERT_TRUE(source) << source.error().message;
    // Of the one that was being written, not even a first second may be there.
    for (auto frame = (*source)->read(); frame && *frame; frame = (*source)->read()) ++frames;
  }
  EXPECT_GE(frames, 3.4 * 25);
  EXPECT_LE(frames, 4.6 * 25);

  auto next = LiveRecorder::create(short_segments(dir / "live"));
  ASSERT_TRUE(next);
  EXPECT_GT((*next)->bytes(), 0U) << "they count";
  EXPECT_FALSE(fs::is_empty(dir / "live")) << "and are still there";
}

}  // namespace
}  // namespace vigil::media
