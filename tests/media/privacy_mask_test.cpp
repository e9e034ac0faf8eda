#include "media/privacy_mask.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "media/annotated_writer.h"
#include "media/clip_writer.h"
#include "media/image_file.h"
#include "media/source.h"
#include "support/make_media.h"
#include "support/temp_dir.h"

namespace vigil::media {
namespace {

using core::MediaDuration;
using core::MediaTime;
using core::Region;
using test::make_media;

std::string street() {
  return make_media("masked.mp4", "-f lavfi -i testsrc2=s=320x240:r=25:d=4 -pix_fmt yuv420p -c:v libx264 -g 25").string();
}

std::vector<Frame> frames_of(const std::string& path, const SourceOptions& options = {}) {
  auto source = Source::open(path, options);
  EXPECT_TRUE(source) << source.error().message;
  std::vector<Frame> frames;
  for (auto frame = (*source)->read(); frame && *frame; frame = (*source)->read()) frames.push_back(**frame);
  return frames;
}

Frame first_of(const std::string& path, const SourceOptions& options = {}) { return frames_of(path, options).at(0); }

PrivacyMask mask_of(const std::vector<std::string>& regions) {
  PrivacyMask mask;
  for (const std::string& region : regions) mask.regions.push_back(*Region::parse(region));
  return mask;
}

bool holds(const PrivacyMask& mask, double x, double y) {
  return std::ranges::any_of(mask.regions, [&](const Region& region) { return region.contains(x, y); });
}

// Of pixels in the mask, how far they are at most from the grey they should be; of those well outside, from `original` in
// the mean.
struct Difference {
  int most_inside = 0;
  double mean_outside = 0;
  int inside = 0;  // how many pixels
  int outside = 0;
};

Difference compare(const Frame& frame, const Frame& original, const PrivacyMask& mask) {
  constexpr double kNear = 0.03;
  Difference difference;
  const bool yuv = frame.format() == PixelFormat::kI420;
  const int bytes = frame.format() == PixelFormat::kRgb24 ? 3 : 1;
  for (int i = 0; i < (yuv ? 3 : 1); ++i) {
    const Plane plane = frame.plane(i);
    const Plane before = original.plane(i);
    const int grey = bytes == 3 || i > 0 || frame.full_range() ? 128 : 126;
    const double step = i > 0 ? 2 : 1;
    for (int y = 0; y < plane.height_px; ++y) {
      for (int x = 0; x < plane.width_px * bytes; ++x) {
        const double at_x = (x / bytes + 0.5) * step / frame.width_px(), at_y = (y + 0.5) * step / frame.height_px();
        const int value = plane.data[y * plane.stride_bytes + x];
        if (holds(mask, at_x, at_y)) {
          ++difference.inside;
          difference.most_inside = std::max(difference.most_inside, std::abs(value - grey));
          continue;
        }
        const auto near = [&](double dx, double dy) { return holds(mask, at_x + dx, at_y + dy); };
        if (near(kNear, kNear) || near(-kNear, kNear) || near(kNear, -kNear) || near(-kNear, -kNear)) continue;
        ++difference.outside;
        difference.mean_outside += std::abs(value - before.data[y * before.stride_bytes + x]);
      }
    }
  }
  difference.mean_outside /= difference.outside;
  return difference;
}

// Two that overlap, and one in the corner.
const PrivacyMask kMask =
    mask_of({"0.1,0.1 0.4,0.2 0.3,0.6 0.05,0.5", "0.2,0.3 0.6,0.3 0.6,0.5 0.2,0.5", "0.85,0.85 1,0.85 1,1 0.85,1"});

TEST(PrivacyMask, paints_over_every_pixel_in_it_and_none_elsewhere) {
  for (const auto& size : {ExactSize{320, 240}, ExactSize{161, 121}}) {
    for (const auto format : {PixelFormat::kI420, PixelFormat::kRgb24, PixelFormat::kGray8}) {
      const Frame frame = first_of(street(), {.size = size, .format = format});
      const auto hidden = masked(frame, kMask);
      ASSERT_TRUE(hidden) << hidden.error().message;
      const Difference difference = compare(*hidden, frame, kMask);
      EXPECT_GT(difference.inside, size.width_px * size.height_px / 10);
      EXPECT_GT(difference.outside, size.width_px * size.height_px / 10);
      EXPECT_EQ(difference.most_inside, 0);
      EXPECT_EQ(difference.mean_outside, 0);
      EXPECT_EQ(hidden->pts(), frame.pts());
      EXPECT_EQ(hidden->duration(), frame.duration());
      EXPECT_GT(compare(frame, frame, kMask).most_inside, 30) << "the frame it was made of stays as it is";
    }
  }
}

TEST(PrivacyMask, may_cover_everything_or_nothing) {
  const Frame frame = first_of(street());
  const PrivacyMask all = mask_of({"0,0 1,0 1,1 0,1"});
  const Frame hidden = *masked(frame, all);
  for (int i = 0; i < 3; ++i) {
    const Plane plane = hidden.plane(i);
    for (int y = 0; y < plane.height_px; ++y) {
      for (int x = 0; x < plane.width_px; ++x) ASSERT_EQ(plane.data[y * plane.stride_bytes + x], i == 0 ? 126 : 128);
    }
  }
  EXPECT_EQ(masked(frame, {})->plane(0).data, frame.plane(0).data) << "no copy";
  EXPECT_TRUE(masked(frame, mask_of({"1,0 1,1 1,0.5"}))) << "a line at the border";
  EXPECT_EQ(masked(Frame(), all).error().code, core::ErrorCode::kInvalidArgument);
}

TEST(PrivacyMask, is_in_clips_which_are_then_not_copied) {
  const test::TempDir dir;
  const ClipRange range{.begin = MediaTime::from_seconds(1.5),
                        .end = MediaTime::from_seconds(2.5),
                        .pre_roll = MediaDuration(),
                        .post_roll = MediaDuration()};
  const auto clip = cut_clip(street(), range, dir / "clip.mp4", {.mask = kMask});
  ASSERT_TRUE(clip) << clip.error().message;
  EXPECT_TRUE(clip->reencoded);
  EXPECT_EQ(clip->begin, MediaTime::from_us(1'520'000));
  const auto before = frames_of(street());
  const auto after = frames_of(dir / "clip.mp4");
  ASSERT_EQ(after.size(), 25U);
  for (const std::size_t i : {0, 12, 24}) {
    const Difference difference = compare(after[i], before[38 + i], kMask);
    EXPECT_LT(difference.most_inside, 40) << "what H.264 blurs at the mask's edge";
    EXPECT_LT(difference.mean_outside, 5);
  }
}

TEST(PrivacyMask, follows_the_picture_as_it_is_shown) {
  const auto turned = make_media("masked_turned.mp4", "-display_rotation 90 -i " + street() + " -c copy");
  const test::TempDir dir;
  const ClipRange range{.begin = MediaTime(), .end = MediaTime::from_seconds(1)};
  ASSERT_TRUE(cut_clip(turned.string(), range, dir / "clip.mp4", {.mask = kMask}));
  const Frame after = first_of(dir / "clip.mp4");
  ASSERT_EQ(after.width_px(), 240);
  const Difference difference = compare(after, first_of(turned.string()), kMask);
  EXPECT_LT(difference.most_inside, 40);
  EXPECT_LT(difference.mean_outside, 5);
}

TEST(PrivacyMask, is_in_annotated_videos_under_what_is_drawn) {
  for (const auto format : {PixelFormat::kI420, PixelFormat::kRgb24}) {
    const test::TempDir dir;
    const Frame frame = first_of(street(), {.format = format});
    auto writer = AnnotatedWriter::create(dir / "a.mp4", {.width_px = 320, .height_px = 240, .quality = 10, .mask = kMask});
    ASSERT_TRUE(writer) << writer.error().message;
    ASSERT_TRUE((*writer)->write(frame, {}));
    ASSERT_TRUE((*writer)->finish());
    const Difference difference = compare(first_of(dir / "a.mp4"), first_of(street()), kMask);
    EXPECT_LT(difference.most_inside, 30);
    EXPECT_LT(difference.mean_outside, 5);
  }
  const test::TempDir dir;
  auto writer = AnnotatedWriter::create(
      dir / "b.mp4", {.width_px = 320, .height_px = 240, .quality = 10, .mask = mask_of({"0,0 1,0 1,1 0,1"})});
  ASSERT_TRUE((*writer)->write(first_of(street()), {.score = 0.9}));
  ASSERT_TRUE((*writer)->finish());
  const Frame drawn_on = first_of(dir / "b.mp4");
  const Plane red = drawn_on.plane(2);
  EXPECT_GT(red.data[(red.height_px - 2) * red.stride_bytes + 10], 180) << "the bar of the score";
}

TEST(PrivacyMask, is_in_pictures) {
  const test::TempDir dir;
  for (const auto format : {PixelFormat::kI420, PixelFormat::kRgb24}) {
    ASSERT_TRUE(write_jpeg(first_of(street(), {.format = format}), dir / "a.jpg", {.quality = 95, .mask = kMask}));
    EXPECT_LT(compare(first_of(dir / "a.jpg"), first_of(street()), kMask).most_inside, 40) << "what JPEG blurs at its edge";
    const SourceOptions rgb{.format = PixelFormat::kRgb24};
    EXPECT_LT(compare(first_of(dir / "a.jpg", rgb), first_of(street(), rgb), kMask).mean_outside, 8);
  }
}

}  // namespace
}  // namespace vigil::media
