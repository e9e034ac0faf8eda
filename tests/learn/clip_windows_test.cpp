#include "learn/clip_windows.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace vigil::learn {
namespace {

using core::MediaDuration;

const MediaDuration kClip = MediaDuration::from_seconds(10);
const MediaDuration kWindow = MediaDuration::from_seconds(2);

TEST(ClipWindows, random_ones_reach_both_ends_and_never_leave_the_clip) {
  double first = 10;
  double last = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    core::Rng rng = core::make_rng({seed});
    const ClipWindow window = random_window(kClip, kWindow, rng);
    EXPECT_EQ(window.end - window.begin, kWindow);
    EXPECT_GE(window.begin.us(), 0);
    EXPECT_LE(window.end.us(), kClip.us());
    first = std::min(first, window.begin.seconds());
    last = std::max(last, window.begin.seconds());
  }
  EXPECT_LT(first, 0.2);
  EXPECT_GT(last, 7.8);
}

TEST(ClipWindows, uniform_ones_cover_the_clip_from_end_to_end) {
  EXPECT_EQ(uniform_window(kClip, kWindow, 0, 1).begin.us(), 4'000'000) << "one alone lies in the middle";
  EXPECT_EQ(uniform_window(kClip, kWindow, 0, 3).begin.us(), 0);
  EXPECT_EQ(uniform_window(kClip, kWindow, 1, 3).begin.us(), 4'000'000);
  EXPECT_EQ(uniform_window(kClip, kWindow, 2, 3).end.us(), 10'000'000);
}

TEST(ClipWindows, a_short_clip_is_shown_from_its_start) {
  const MediaDuration brief = MediaDuration::from_seconds(0.5);
  core::Rng rng = core::make_rng({1});
  EXPECT_EQ(random_window(brief, kWindow, rng).begin.us(), 0);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(uniform_window(brief, kWindow, i, 3).begin.us(), 0);
  EXPECT_EQ(uniform_window({}, kWindow, 0, 1).begin.us(), 0);
}

}  // namespace
}  // namespace vigil::learn
