#include "pipeline/window_assembler.h"

#include <cstring>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "media/clip_sampler.h"
#include "media/source.h"
#include "pipeline/bright_scorer.h"
#include "support/make_media.h"

namespace vigil::pipeline {
namespace {

using core::MediaDuration;
using core::MediaTime;
using media::Frame;

const media::SourceOptions kSmall{.size = media::FitShortSide{32}, .format = media::PixelFormat::kGray8};

std::vector<Frame> frames_of(const std::filesystem::path& video) {
  auto source = media::Source::open(video.string(), kSmall);
  EXPECT_TRUE(source.has_value()) << source.error().message;
  std::vector<Frame> frames;
  while (source) {
    auto frame = (*source)->read();
    if (!frame || !*frame) break;
    frames.push_back(**frame);
  }
  return frames;
}

std::vector<AssembledWindow> assemble(const std::vector<Frame>& frames, WindowPlan plan = {}) {
  WindowAssembler assembler(plan);
  std::vector<AssembledWindow> all;
  const auto keep = [&](std::vector<AssembledWindow> some) {
    for (AssembledWindow& window : some) all.push_back(std::move(window));
  };
  for (const Frame& frame : frames) keep(assembler.push(frame));
  keep(assembler.finish());
  return all;
}

std::vector<double> begins(const std::vector<AssembledWindow>& windows) {
  std::vector<double> times;
  for (const AssembledWindow& window : windows) times.push_back(window.begin.seconds());
  return times;
}

std::filesystem::path pattern(const std::string& name, const std::string& rate, double seconds,
                              const std::string& rest = "") {
  return test::make_media(
      name, std::format("-f lavfi -i testsrc2=s=160x120:r={}:d={} {} -c:v libx264 -preset ultrafast -pix_fmt yuv420p", rate,
                        seconds, rest));
}

TEST(WindowAssembler, covers_the_video_from_its_first_frame_to_its_last) {
  const auto windows = assemble(frames_of(pattern("covers.mp4", "25", 4.4)));
  EXPECT_THAT(begins(windows), testing::ElementsAre(0, 0.5, 1, 1.5, 2, testing::DoubleNear(2.4, 1e-5)));
  for (const AssembledWindow& window : windows) {
    EXPECT_EQ((window.end - window.begin).seconds(), 2);
    EXPECT_EQ(window.frames.size(), 50U);
    EXPECT_GE(window.frames.front().pts(), window.begin);
    EXPECT_LT(window.frames.back().pts(), window.end);
  }
}

TEST(WindowAssembler, a_length_on_the_grid_needs_no_window_more) {
  EXPECT_THAT(begins(assemble(frames_of(pattern("grid.mp4", "25", 3)))), testing::ElementsAre(0, 0.5, 1));
}

TEST(WindowAssembler, a_video_shorter_than_a_window_is_one_window_of_its_length) {
  const auto windows = assemble(frames_of(pattern("short.mp4", "25", 0.6)));
  ASSERT_EQ(windows.size(), 1U);
  EXPECT_EQ(windows[0].begin.us(), 0);
  EXPECT_NEAR(windows[0].end.seconds(), 0.6, 1e-3);
  EXPECT_EQ(windows[0].frames.size(), 15U);
}

TEST(WindowAssembler, a_single_picture_is_one_window) {
  const auto windows = assemble(frames_of(pattern("one.mp4", "25", 0.04)));
  ASSERT_EQ(windows.size(), 1U);
  EXPECT_EQ(choose_frames(windows[0].frames, windows[0].begin, windows[0].end, 16).size(), 16U);
}

TEST(WindowAssembler, leaves_out_the_windows_of_a_gap) {
  const auto video = pattern("gap.mkv", "25", 4, "-vf setpts=PTS+gte(T\\,2)*3600/TB -fps_mode passthrough");
  const auto windows = assemble(frames_of(video));
  ASSERT_FALSE(windows.empty());
  EXPECT_LT(windows.size(), 12U);
  for (std::size_t i = 0; i < windows.size(); ++i) {
    EXPECT_FALSE(windows[i].frames.empty());
    if (i > 0) {
      EXPECT_GT(windows[i].begin, windows[i - 1].begin);
    }
  }
  EXPECT_NEAR(windows.back().end.seconds(), 3604, 0.05);
}

TEST(WindowAssembler, holds_few_frames_of_a_very_fast_video) {
  const auto windows = assemble(frames_of(pattern("fast.mp4", "500", 3)));
  ASSERT_FALSE(windows.empty());
  for (const AssembledWindow& window : windows) {
    EXPECT_LE(window.frames.size(), static_cast<std::size_t>(WindowAssembler::kMaxFrames));
    EXPECT_GE(window.frames.size(), 100U);
  }
}

bool same_picture(const Frame& a, const Frame& b) {
  if (a.width_px() != b.width_px() || a.height_px() != b.height_px()) return false;
  for (int y = 0; y < a.height_px(); ++y) {
    const auto row = [y](const Frame& frame) {
      return frame.plane(0).data + static_cast<std::ptrdiff_t>(y) * frame.plane(0).stride_bytes;
    };
    if (std::memcmp(row(a), row(b), static_cast<std::size_t>(a.width_px())) != 0) return false;
  }
  return true;
}

class ServingRepeatsTraining : public testing::TestWithParam<const char*> {};

TEST_P(ServingRepeatsTraining, every_window_shows_what_the_clip_sampler_shows) {
  const std::string rate = GetParam();
  std::string name = "rate-" + rate + ".mkv";
  std::ranges::replace(name, '/', '-');
  const auto video = pattern(name, rate, 5);
  auto sampler = media::ClipSampler::open(video.string(), {.source = kSmall});
  ASSERT_TRUE(sampler);
  for (const AssembledWindow& window : assemble(frames_of(video))) {
    for (const int count : {1, 10, 16, 32}) {
      auto sampled = (*sampler)->sample(window.begin, window.end, count);
      ASSERT_TRUE(sampled);
      const auto chosen = choose_frames(window.frames, window.begin, window.end, count);
      ASSERT_EQ(chosen.size(), sampled->size());
      for (std::size_t i = 0; i < chosen.size(); ++i) {
        EXPECT_EQ(chosen[i].pts(), (*sampled)[i].pts());
        EXPECT_TRUE(same_picture(chosen[i], (*sampled)[i]));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(WindowAssembler, ServingRepeatsTraining,
                         testing::Values("5", "10", "24000/1001", "25", "30", "60"));

TEST(ChooseFrames, lets_the_first_frame_stand_still_before_time_zero) {
  const auto frames = frames_of(pattern("still.mp4", "25", 2));
  const auto chosen = choose_frames(frames, MediaTime::from_seconds(-1), MediaTime::from_seconds(1), 10);
  ASSERT_EQ(chosen.size(), 10U);
  EXPECT_EQ(chosen[4].pts().us(), 0);
  EXPECT_GT(chosen[6].pts().us(), 0);
  EXPECT_NEAR(chosen.back().pts().seconds(), 0.96, 1e-3);
}

TEST(ChooseFrames, repeats_the_frame_shown_where_there_is_none) {
  const auto frames = frames_of(pattern("still.mp4", "25", 2));
  for (const Frame& frame : choose_frames(frames, MediaTime::from_seconds(5), MediaTime::from_seconds(7), 3)) {
    EXPECT_EQ(frame.pts(), frames.back().pts());
  }
}

}  // namespace
}  // namespace vigil::pipeline
