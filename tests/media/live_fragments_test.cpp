// What browsers get of a live stream, against what LiveSource gives the analysis: real files and a real RTSP server.
#include "media/live_fragments.h"

#include <algorithm>
#include <chrono>
#include <format>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/log.h"
#include "media/live_source.h"
#include "support/make_media.h"
#include "support/rtsp_server.h"
#include "support/temp_dir.h"

namespace vigil::media {
namespace {

namespace fs = std::filesystem;
using core::MediaDuration;
using core::MediaTime;

fs::path video(const std::string& name, const std::string& codec, int seconds = 2) {
  return test::make_media(name,
                          std::format("-f lavfi -i testsrc2=s=160x120:r=25:d={} -pix_fmt yuv420p {} -g 25", seconds, codec));
}

struct Collected {
  std::vector<LiveInit> inits;
  std::vector<std::vector<LiveFragment>> fragments;  // after each init

  LivePieceSink sink() {
    return [this](const LivePiece& piece) {
      if (const auto* init = std::get_if<LiveInit>(&piece)) {
        inits.push_back(*init);
        fragments.emplace_back();
      } else {
        fragments.back().push_back(std::get<LiveFragment>(piece));
      }
    };
  }
  fs::path write(const fs::path& path, std::size_t which = 0) const {
    std::ofstream out(path, std::ios::binary);
    out << *inits.at(which).bytes;
    for (const LiveFragment& fragment : fragments.at(which)) out << *fragment.bytes;
    return path;
  }
  std::vector<std::int64_t> times(std::size_t which = 0) const {
    std::vector<std::int64_t> all;
    for (const LiveFragment& fragment : fragments.at(which)) all.push_back(fragment.time.us());
    std::ranges::sort(all);
    return all;
  }
};

// Times of the frames read, in microseconds; until the end, or until one is at `until`.
std::vector<std::int64_t> read(LiveSource& source, double until = 1e9) {
  std::vector<std::int64_t> times;
  for (;;) {
    const auto views = source.read_views();
    EXPECT_TRUE(views) << views.error().message;
    if (!views || !*views) return times;
    times.push_back((*views)->first.pts().us());
    if ((*views)->first.pts().seconds() >= until) return times;
  }
}

// Presentation times that the file itself states, in microseconds, which is its own unit.
std::vector<std::int64_t> stated_times(const fs::path& file) {
  std::istringstream lines(
      test::run_program({"ffprobe", "-v", "error", "-show_entries", "packet=pts", "-of", "csv=p=0", file.string()}));
  std::vector<std::int64_t> times;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) times.push_back(std::stoll(line));
  }
  std::ranges::sort(times);
  return times;
}

std::size_t count_frames(const fs::path& file) {
  auto source = Source::open(file.string());
  EXPECT_TRUE(source) << source.error().message;
  std::size_t frames = 0;
  for (; source; ++frames) {
    const auto frame = (*source)->read();
    EXPECT_TRUE(frame) << frame.error().message;
    if (!frame || !*frame) break;
  }
  EXPECT_EQ((*source)->stats().corrupt_packets, 0U);
  EXPECT_EQ((*source)->stats().concealed_frames, 0U);
  return frames;
}

TEST(LiveFragments, are_a_video_with_the_times_that_the_analysis_sees) {
  struct Case {
    std::string name;
    std::string codec;
    std::string mime;
  };
  const test::TempDir dir;
  for (const Case& c : std::vector<Case>{
           {"plain.mp4", "-c:v libx264 -profile:v baseline -level 3.0", "avc1.42c01e"},
           {"reordered.mp4", "-c:v libx264 -bf 3 -profile:v high -level 4.0", "avc1.640028"},
           {"start_codes.ts", "-c:v libx264 -bf 2 -profile:v high -level 4.0", "avc1.640028"},
           {"odd_rate.mp4", "-c:v libx264 -bf 3 -profile:v main -level 3.1 -r 30000/1001", "avc1.4d401f"},
           {"hevc.mp4", "-c:v libx265 -x265-params log-level=error:level-idc=3.1", "hvc1.1.6.L93.90"},
           {"hevc.ts", "-c:v libx265 -x265-params log-level=error:level-idc=3.1", "hvc1.1.6.L93.90"},
           {"vp9.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8", "vp09.00.10.08"},
           {"av1.mp4", "-c:v libsvtav1 -preset 12", "av01.0.00M.08"},
       }) {
    SCOPED_TRACE(c.name);
    Collected collected;
    LiveFragments fragments(collected.sink());
    auto source = LiveSource::create(video(c.name, c.codec).string(), {.realtime = true, .taps = {&fragments.tap()}});
    ASSERT_TRUE(source);
    const auto frames = read(**source);
    ASSERT_EQ(fragments.refused(), "");
    ASSERT_EQ(collected.inits.size(), 1U);
    EXPECT_EQ(collected.inits[0].mime, std::format("video/mp4; codecs=\"{}\"", c.mime));
    EXPECT_EQ(collected.inits[0].width_px, 160);
    EXPECT_EQ(collected.inits[0].height_px, 120);
    EXPECT_TRUE(collected.fragments[0].front().key);
    // Exactly: both count from the same first picture and round the same distance.
    EXPECT_EQ(collected.times(), frames);
    const fs::path file = collected.write(dir / "live.mp4");
    EXPECT_EQ(stated_times(file), frames);
    EXPECT_EQ(count_frames(file), frames.size());
  }
}

TEST(LiveFragments, of_a_camera_have_the_times_that_the_analysis_sees) {
  const test::TempDir dir;
  const std::string hevc = "-c:v libx265 -x265-params log-level=error -tag:v hvc1";
  for (const auto& [codec, camera] : {std::pair("-c:v libx264 -preset ultrafast", "h264"),
                                      std::pair("-c:v libx264 -bf 3", "h264"), std::pair(hevc.c_str(), "h265")}) {
    SCOPED_TRACE(codec);
    const test::RtspServer server(video("camera.mp4", codec, 20), {.codec = camera});
    Collected collected;
    LiveFragments fragments(collected.sink());
    auto source = LiveSource::create(server.url(), {.taps = {&fragments.tap()}});
    ASSERT_TRUE(source);
    const auto frames = read(**source, 2.5);
    ASSERT_EQ(fragments.refused(), "");
    ASSERT_EQ(collected.inits.size(), 1U);
    const auto times = collected.times();
    const std::set<std::int64_t> known(times.begin(), times.end());
    std::vector<std::int64_t> unknown;
    std::ranges::copy_if(frames, std::back_inserter(unknown), [&](std::int64_t time) { return !known.contains(time); });
    EXPECT_THAT(unknown, testing::IsEmpty()) << frames.size() << " frames, first fragment at " << times.front();
    const fs::path file = collected.write(dir / "live.mp4");
    EXPECT_EQ(stated_times(file), times);
    EXPECT_EQ(count_frames(file), times.size());
  }
}

TEST(LiveFragments, begin_anew_with_a_new_connection) {
  test::RtspServer camera(video("camera.mp4", "-c:v libx264 -preset ultrafast", 20));
  const test::TempDir dir;
  Collected collected;
  LiveFragments fragments(collected.sink());
  auto source = LiveSource::create(
      camera.url(), {.back_off = {.first = MediaDuration::from_seconds(0.2), .longest = MediaDuration::from_seconds(0.4)},
                     .taps = {&fragments.tap()}});
  ASSERT_TRUE(source);
  read(**source, 1.5);
  camera.kill();
  std::jthread again([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    camera.start();
  });
  const auto frames = read(**source, 5);
  ASSERT_EQ(collected.inits.size(), 2U);
  const auto later = collected.times(1);
  EXPECT_GT(later.front(), collected.times(0).back());
  EXPECT_TRUE(collected.fragments[1].front().key);
  EXPECT_TRUE(std::ranges::contains(later, frames.back()));
  EXPECT_EQ(stated_times(collected.write(dir / "live.mp4", 1)), later);
}

TEST(LiveFragments, begin_anew_when_the_camera_changes_its_picture) {
  const test::TempDir dir;
  const auto small = video("small.ts", "-c:v libx264 -bf 0", 1);
  const auto large = test::make_media("large.ts",
                                      "-f lavfi -i testsrc2=s=320x240:r=25:d=1 -pix_fmt yuv420p -c:v libx264 -bf 0 -g 25 "
                                      "-output_ts_offset 1");
  std::ofstream(dir / "both.ts", std::ios::binary) << test::read_bytes(small) << test::read_bytes(large);
  Collected collected;
  LiveFragments fragments(collected.sink());
  auto source = LiveSource::create((dir / "both.ts").string(), {.realtime = true, .taps = {&fragments.tap()}});
  ASSERT_TRUE(source);
  const auto frames = read(**source);
  ASSERT_EQ(collected.inits.size(), 2U);
  EXPECT_EQ(count_frames(collected.write(dir / "second.mp4", 1)), 25U);
  auto all = collected.times(0);
  for (const std::int64_t time : collected.times(1)) all.push_back(time);
  EXPECT_EQ(all, frames);
}

TEST(LiveFragments, say_what_browsers_do_not_play) {
  std::vector<std::string> lines;
  const auto before = core::set_log_sink([&](core::LogLevel level, std::string_view line) {
    if (level >= core::LogLevel::kWarning) lines.emplace_back(line);
  });
  Collected collected;
  LiveFragments fragments(collected.sink());
  auto source = LiveSource::create(video("old.mp4", "-c:v mpeg4 -q:v 5", 1).string(),
                                   {.realtime = true, .loop = true, .taps = {&fragments.tap()}});
  ASSERT_TRUE(source);
  EXPECT_GE(read(**source, 1.5).size(), 25U) << "the stream goes on";
  core::set_log_sink(before);
  EXPECT_EQ(fragments.refused(), "browsers do not play mpeg4");
  EXPECT_TRUE(collected.inits.empty());
  EXPECT_THAT(lines, testing::ElementsAre(testing::HasSubstr("mpeg4"))) << "once";

  source = LiveSource::create(
      test::make_media("deep.mp4", "-f lavfi -i testsrc2=s=160x120:r=25:d=1 -pix_fmt yuv422p -c:v libx264").string(),
      {.realtime = true, .taps = {&fragments.tap()}});
  read(**source, 0.2);
  EXPECT_THAT(fragments.refused(), testing::HasSubstr("4:2:0"));
}

}  // namespace
}  // namespace vigil::media
