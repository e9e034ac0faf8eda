#include "media/crop.h"

#include <gtest/gtest.h>

#include "media/image_file.h"
#include "media/source.h"
#include "support/make_media.h"
#include "support/temp_dir.h"

namespace vigil::media {
namespace {

Frame pattern(PixelFormat format) {
  const auto picture = test::make_media("crop.png", "-f lavfi -i testsrc2=size=97x65:rate=1:duration=1 -frames:v 1");
  auto source = Source::open(picture.string(), {.format = format});
  EXPECT_TRUE(source) << source.error().message;
  return **(*source)->read();
}

std::uint8_t at(const Frame& frame, int plane, int x, int y) {
  const Plane p = frame.plane(plane);
  return p.data[static_cast<std::ptrdiff_t>(y) * p.stride_bytes + x];
}

TEST(Crop, shows_the_part_of_the_frame) {
  const Frame rgb = pattern(PixelFormat::kRgb24);
  const auto part = crop(rgb, {.left = 13, .top = 7, .width = 21, .height = 30});
  ASSERT_TRUE(part) << part.error().message;
  EXPECT_EQ(part->width_px(), 21);
  EXPECT_EQ(part->height_px(), 30);
  for (int y = 0; y < 30; ++y) {
    for (int x = 0; x < 63; ++x) ASSERT_EQ(at(*part, 0, x, y), at(rgb, 0, 39 + x, 7 + y)) << x << ", " << y;
  }
}

TEST(Crop, chroma_stays_with_its_pixels) {
  const Frame yuv = pattern(PixelFormat::kI420);
  const auto part = crop(yuv, {.left = 13, .top = 7, .width = 20, .height = 30});
  ASSERT_TRUE(part) << part.error().message;
  EXPECT_EQ(part->width_px(), 21) << "from the even pixel before";
  EXPECT_EQ(part->height_px(), 31);
  for (int y = 0; y < 31; ++y) {
    for (int x = 0; x < 21; ++x) {
      ASSERT_EQ(at(*part, 0, x, y), at(yuv, 0, 12 + x, 6 + y));
      for (const int chroma : {1, 2}) ASSERT_EQ(at(*part, chroma, x / 2, y / 2), at(yuv, chroma, 6 + x / 2, 3 + y / 2));
    }
  }
}

TEST(Crop, can_be_written_and_outlives_the_frame) {
  const test::TempDir dir;
  Frame part;
  {
    const Frame yuv = pattern(PixelFormat::kI420);
    const auto cut = crop(yuv, {.left = 40, .top = 10, .width = 33, .height = 45});
    ASSERT_TRUE(cut) << cut.error().message;
    part = *cut;
  }
  ASSERT_TRUE(write_jpeg(part, dir / "part.jpg"));
  auto source = Source::open((dir / "part.jpg").string());
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_EQ((*source)->info().width_px, 33);
  EXPECT_EQ((*source)->info().height_px, 45);
}

TEST(Crop, refuses_what_does_not_lie_in_the_frame) {
  const Frame rgb = pattern(PixelFormat::kRgb24);
  for (const CropRect& part : {CropRect{-1, 0, 5, 5}, CropRect{0, 0, 98, 5}, CropRect{90, 0, 8, 5}, CropRect{0, 0, 0, 5},
                               CropRect{2'000'000'000, 0, 2'000'000'000, 5}}) {
    EXPECT_EQ(crop(rgb, part).error().code, core::ErrorCode::kInvalidArgument);
  }
  EXPECT_EQ(crop(Frame(), {0, 0, 1, 1}).error().code, core::ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace vigil::media
