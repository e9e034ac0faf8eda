#include "vision/window_augment.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vigil::vision {
namespace {

using core::MediaTime;
using testing::AllOf;
using testing::Ge;
using testing::Le;
using testing::Lt;

constexpr std::size_t kBytes = std::size_t{3} * kMotionWidth * kMotionHeight;

// Every grey level occurs, and left differs from right.
TimedPicture picture(int step) {
  std::vector<std::uint8_t> rgb(kBytes);
  for (std::size_t i = 0; i < kBytes; ++i)
    rgb[i] = static_cast<std::uint8_t>(i * 7 + i / 960 * 13 + static_cast<std::size_t>(step) * 40);
  return {.time = MediaTime() + kWindowInterval * step,
          .rgb = std::make_shared<const std::vector<std::uint8_t>>(std::move(rgb))};
}

PictureWindow window() {
  PictureWindow pictures;
  for (int step = 0; step < kWindowFrames; ++step) pictures.push_back(picture(step));
  pictures[4].rgb = pictures[3].rgb;  // a frame that a slow camera shows twice
  return pictures;
}

PictureWindow changed(const WindowChange& change, std::uint64_t seed = 1) {
  core::Rng rng = core::make_rng({seed});
  return apply(change, window(), rng);
}

TEST(WindowAugment, draws_stay_in_their_ranges_and_use_them) {
  core::Rng rng = core::make_rng({1});
  int mirrored = 0;
  int low = 0;
  double slowest = 1;
  double fastest = 1;
  for (int i = 0; i < 2000; ++i) {
    const WindowChange change = draw_change(rng);
    EXPECT_THAT(std::log(change.speed), AllOf(Ge(-0.15), Le(0.15)));
    EXPECT_THAT(change.crop_height, AllOf(Ge(0.7), Le(1)));
    EXPECT_THAT(change.crop_width / change.crop_height, AllOf(Ge(0.93), Le(1)));
    EXPECT_THAT(change.crop_x, AllOf(Ge(0), Le(1)));
    EXPECT_THAT(change.crop_y, AllOf(Ge(0), Le(1)));
    EXPECT_THAT(std::log(change.gamma), AllOf(Ge(-0.35), Le(0.35)));
    EXPECT_THAT(change.contrast, AllOf(Ge(0.75), Le(1.25)));
    EXPECT_THAT(change.blur_sigma_px, AllOf(Ge(0), Lt(1.2)));
    EXPECT_THAT(change.noise_sigma, AllOf(Ge(0), Lt(5)));
    mirrored += change.mirrored;
    low += change.low_resolution;
    slowest = std::min(slowest, change.speed);
    fastest = std::max(fastest, change.speed);
  }
  EXPECT_NEAR(mirrored, 1000, 100);
  EXPECT_NEAR(low, 600, 90);
  EXPECT_LT(std::log(slowest), -0.14);
  EXPECT_GT(std::log(fastest), 0.14);
}

TEST(WindowAugment, no_change_changes_nothing) {
  const PictureWindow before = window();
  const PictureWindow after = changed({});
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(after[i].time, before[i].time);
    EXPECT_EQ(*after[i].rgb, *before[i].rgb) << "picture " << i;
  }
}

TEST(WindowAugment, mirroring_turns_every_row_around) {
  const PictureWindow before = window();
  const PictureWindow after = changed({.mirrored = true});
  const auto pixel = [](const TimedPicture& picture, int x, int y, int channel) {
    return (*picture.rgb)[static_cast<std::size_t>(3 * (y * kMotionWidth + x) + channel)];
  };
  for (int y = 0; y < kMotionHeight; y += 17) {
    for (int x = 0; x < kMotionWidth; x += 13) {
      for (int channel = 0; channel < 3; ++channel) {
        ASSERT_EQ(pixel(after[2], x, y, channel), pixel(before[2], kMotionWidth - 1 - x, y, channel));
      }
    }
  }
}

TEST(WindowAugment, a_tenth_faster_comes_a_tenth_sooner) {
  const PictureWindow after = changed({.speed = 1.1});
  for (int step = 0; step < kWindowFrames; ++step) {
    EXPECT_NEAR(after[static_cast<std::size_t>(step)].time.seconds(), 0.125 * step / 1.1, 1e-5);
  }
}

TEST(WindowAugment, a_frame_shown_twice_stays_the_same_frame_under_noise) {
  const PictureWindow after = changed({.noise_sigma = 4});
  EXPECT_EQ(after[3].rgb, after[4].rgb);
  EXPECT_NE(*after[3].rgb, *window()[3].rgb);
}

TEST(WindowAugment, noise_depends_on_the_generator_alone) {
  const WindowChange change{.noise_sigma = 3};
  EXPECT_EQ(*changed(change, 1)[0].rgb, *changed(change, 1)[0].rgb);
  EXPECT_NE(*changed(change, 1)[0].rgb, *changed(change, 2)[0].rgb);
}

TEST(WindowAugment, every_kind_of_change_keeps_the_size) {
  for (const WindowChange& change :
       {WindowChange{.crop_height = 0.7, .crop_width = 0.66, .crop_x = 1, .crop_y = 1}, WindowChange{.low_resolution = true},
        WindowChange{.blur_sigma_px = 1.2}, WindowChange{.gamma = 1.4, .contrast = 1.25}}) {
    EXPECT_EQ(changed(change)[0].rgb->size(), kBytes);
    EXPECT_NE(*changed(change)[0].rgb, *window()[0].rgb);
  }
}

}  // namespace
}  // namespace vigil::vision
