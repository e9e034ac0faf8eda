#include "pipeline/live_frames.h"

#include <chrono>
#include <cstdint>
#include <variant>

#include <gtest/gtest.h>

#include "support/make_media.h"

namespace vigil::pipeline {
namespace {

using core::MediaDuration;

TEST(LiveFrames, no_window_spans_the_end_and_the_start_of_a_file_that_repeats) {
  const auto video = test::make_media("repeat.mp4", "-f lavfi -i testsrc2=s=160x120:r=25:d=1 -pix_fmt yuv420p -c:v libx264");
  auto frames = LiveFrames::create(
      video.string(), {.source = {.size = media::FitShortSide{60}}, .realtime = true, .loop = true},
      {.windows = {.window = MediaDuration::from_seconds(0.6), .stride = MediaDuration::from_seconds(0.2)}}, {});
  ASSERT_TRUE(frames) << frames.error().message;
  const auto pass_of = [](const media::Frame& frame) { return static_cast<int>(frame.pts().seconds() + 1e-4); };
  std::uint64_t windows = 0;
  for (int pass = 0; pass < 2;) {
    auto item = (*frames)->next(std::chrono::minutes(1));
    ASSERT_TRUE(item);
    const auto& window = std::get<AssembledWindow>(*item);
    ++windows;
    pass = pass_of(window.frames.back());
    EXPECT_EQ(pass_of(window.frames.front()), pass) << window.begin.seconds() << " … " << window.end.seconds();
  }
  EXPECT_GE(windows + (*frames)->dropped(), 6U);
}

}  // namespace
}  // namespace vigil::pipeline
