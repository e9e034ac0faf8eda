#include "vision/letterbox.h"

#include <bit>
#include <format>

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "media/source.h"
#include "support/allocations.h"
#include "support/make_media.h"
#include "support/shared_data.h"
#include "vision/color.h"

namespace vigil::vision {
namespace {

// Levels of 255. YUV is scaled before it is converted, the reference rounds after conversion and again after scaling.
constexpr double kYuvTolerance = 2;
constexpr double kRgbTolerance = 1;

media::Frame first_frame(const std::filesystem::path& file, media::PixelFormat format) {
  auto source = media::Source::open(file.string(), {.format = format});
  EXPECT_TRUE(source) << source.error().message;
  auto frame = (*source)->read();
  EXPECT_TRUE(frame && *frame);
  return **frame;
}

// Colours that differ from pixel to pixel and stay inside the RGB cube.
std::filesystem::path made_picture(int width, int height) {
  return test::make_media(
      std::format("letterbox-{}x{}.mkv", width, height),
      std::format("-f lavfi -i nullsrc=size={}x{}:rate=1:duration=1,format=yuv420p,"
                  "geq=lum='64+mod(X*7+Y*13,128)':cb='118+mod(X*3+Y*5,20)':cr='118+mod(X+Y*7,20)' -c:v ffv1",
                  width, height));
}

// The whole frame as OpenCV has pictures: 8-bit RGB.
cv::Mat rgb_of(const media::Frame& frame) {
  cv::Mat rgb(frame.height_px(), frame.width_px(), CV_8UC3);
  const YuvToRgb k = yuv_to_rgb(frame.matrix(), frame.full_range());
  for (int y = 0; y < rgb.rows; ++y) {
    for (int x = 0; x < rgb.cols; ++x) {
      auto& pixel = rgb.at<cv::Vec3b>(y, x);
      const auto at = [&](int index, int column, int row) {
        const media::Plane plane = frame.plane(index);
        return static_cast<float>(plane.data[static_cast<std::ptrdiff_t>(row) * plane.stride_bytes + column]);
      };
      if (frame.format() == media::PixelFormat::kRgb24) {
        for (int c = 0; c < 3; ++c) pixel[c] = static_cast<std::uint8_t>(at(0, 3 * x + c, y));
        continue;
      }
      const float luma = (at(0, x, y) - k.offset) * k.luma;
      const float u = at(1, x / 2, y / 2) - 128;
      const float v = at(2, x / 2, y / 2) - 128;
      pixel[0] = cv::saturate_cast<std::uint8_t>(luma + v * k.v_to_r);
      pixel[1] = cv::saturate_cast<std::uint8_t>(luma + u * k.u_to_g + v * k.v_to_g);
      pixel[2] = cv::saturate_cast<std::uint8_t>(luma + u * k.u_to_b);
    }
  }
  return rgb;
}

// YOLOX's preparation by OpenCV: resized to fit, in the corner of a field of 114.
cv::Mat reference(const media::Frame& frame, const PixelRect& part, const LetterboxOptions& options) {
  const cv::Mat rgb = rgb_of(frame)(cv::Rect(part.left, part.top, part.width, part.height));
  const double scale =
      std::min(static_cast<double>(options.width_px) / part.width, static_cast<double>(options.height_px) / part.height);
  const cv::Size scaled(std::max(1, static_cast<int>(part.width * scale + 1e-9)),
                        std::max(1, static_cast<int>(part.height * scale + 1e-9)));
  cv::Mat out(options.height_px, options.width_px, CV_8UC3, cv::Scalar::all(114));
  cv::Mat resized;
  cv::resize(rgb, resized, scaled, 0, 0, cv::INTER_LINEAR);
  if (options.order == ChannelOrder::kBgr) cv::cvtColor(resized, resized, cv::COLOR_RGB2BGR);
  resized.copyTo(out(cv::Rect(cv::Point(0, 0), scaled)));
  return out;
}

std::vector<float> filled(const media::Frame& frame, const PixelRect& part, const LetterboxOptions& options) {
  std::vector<float> out(static_cast<std::size_t>(options.width_px) * options.height_px * 3);
  Letterbox(options).fill(frame, part, out);
  return out;
}

void expect_equals_opencv(const media::Frame& frame, const PixelRect& part, const LetterboxOptions& options) {
  std::vector<float> ours = filled(frame, part, options);
  cv::Mat expected;
  reference(frame, part, options).convertTo(expected, CV_32FC3);
  const cv::Mat shown(options.height_px, options.width_px, CV_32FC3, ours.data());
  const double tolerance = frame.format() == media::PixelFormat::kRgb24 ? kRgbTolerance : kYuvTolerance;
  EXPECT_LE(cv::norm(shown, expected, cv::NORM_INF), tolerance)
      << std::format("part {}×{} at ({}, {}) into {}×{}", part.width, part.height, part.left, part.top, options.width_px,
                     options.height_px);
}

TEST(Letterbox, equals_opencv_at_any_size_and_format) {
  for (const auto& [width, height] : std::vector<std::pair<int, int>>{
           {320, 240}, {333, 251}, {203, 357}, {97, 31}, {17, 95}, {9, 3}, {416, 416}, {1281, 719}}) {
    const auto file = made_picture(width, height);
    for (const auto format : {media::PixelFormat::kI420, media::PixelFormat::kRgb24}) {
      const media::Frame frame = first_frame(file, format);
      for (const auto& options :
           std::vector<LetterboxOptions>{{.width_px = 416, .height_px = 416},
                                         {.width_px = 640, .height_px = 384, .order = ChannelOrder::kRgb},
                                         {.width_px = 96, .height_px = 160}}) {
        expect_equals_opencv(frame, whole(frame), options);
      }
    }
  }
}

TEST(Letterbox, equals_opencv_on_every_small_part_odd_and_even) {
  const auto file = made_picture(61, 47);
  for (const auto format : {media::PixelFormat::kI420, media::PixelFormat::kRgb24}) {
    const media::Frame frame = first_frame(file, format);
    for (int start = 0; start < 4; ++start) {
      for (int width = 1; width <= 7; ++width) {
        for (int height = 1; height <= 7; ++height) {
          const PixelRect part{.left = 10 + start % 2, .top = 20 + start / 2, .width = width, .height = height};
          expect_equals_opencv(frame, part, {.width_px = 32, .height_px = 32});
        }
      }
    }
    expect_equals_opencv(frame, {.left = 60, .top = 46, .width = 1, .height = 1}, {.width_px = 32, .height_px = 32});
    expect_equals_opencv(frame, {.left = 1, .top = 1, .width = 60, .height = 46}, {.width_px = 32, .height_px = 32});
  }
}

TEST(Letterbox, narrow_numbers_bands_and_floats_say_the_same) {
  const media::Frame frame = first_frame(made_picture(333, 251), media::PixelFormat::kI420);
  const LetterboxOptions options{.width_px = 160, .height_px = 128};
  const std::vector<float> expected = filled(frame, whole(frame), options);
  std::vector<Bf16> narrow(expected.size());
  std::vector<float> in_bands(expected.size());
  Letterbox letterbox(options);
  letterbox.fill(frame, whole(frame), narrow);
  for (const auto& [begin, end] : std::vector<std::pair<int, int>>{{100, 128}, {0, 7}, {7, 100}}) {
    Letterbox(options).fill(frame, whole(frame), {.begin = begin, .end = end}, in_bands);
  }
  EXPECT_EQ(in_bands, expected);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_EQ(std::bit_cast<float>(static_cast<std::uint32_t>(narrow[i]) << 16U), expected[i]) << i;
  }
}

TEST(Letterbox, allocates_nothing_while_the_size_stays) {
  const LetterboxOptions options;
  Letterbox letterbox(options);
  std::vector<float> input(static_cast<std::size_t>(options.width_px) * options.height_px * 3);
  const media::Frame frame = first_frame(made_picture(333, 251), media::PixelFormat::kI420);
  letterbox.fill(frame, whole(frame), input);
  const std::int64_t before = test::allocations();
  for (int i = 0; i < 3; ++i) letterbox.fill(frame, whole(frame), input);
  EXPECT_EQ(test::allocations(), before);
}

TEST(Letterbox, boxes_come_back_to_where_they_were_in_the_frame) {
  const Letterbox letterbox({.width_px = 416, .height_px = 416});
  const PixelRect part{.left = 100, .top = 50, .width = 832, .height = 416};  // scale ½
  EXPECT_EQ(letterbox.to_frame({.left = 10, .top = 20, .width = 30, .height = 40}, part),
            (core::Box{.left = 120, .top = 90, .width = 60, .height = 80}));
  EXPECT_EQ(letterbox.to_frame({.left = -5, .top = 200, .width = 30, .height = 100}, part),
            (core::Box{.left = 100, .top = 450, .width = 50, .height = 16}))
      << "clipped to the part";
  EXPECT_TRUE(letterbox.to_frame({.left = 10, .top = 300, .width = 30, .height = 40}, part).empty()) << "in the padding";
}

TEST(Letterbox, refuses_what_it_cannot_show) {
  const auto file = made_picture(61, 47);
  const media::Frame grey = first_frame(file, media::PixelFormat::kGray8);
  const media::Frame frame = first_frame(file, media::PixelFormat::kI420);
  EXPECT_FALSE(Letterbox::check({}, {.width = 1, .height = 1}));
  EXPECT_FALSE(Letterbox::check(grey, whole(grey)));
  EXPECT_TRUE(Letterbox::check(frame, whole(frame)));
  for (const PixelRect& outside : std::vector<PixelRect>{{.left = -1, .width = 5, .height = 5},
                                                         {.left = 57, .width = 5, .height = 5},
                                                         {.top = 43, .width = 5, .height = 5},
                                                         {.left = 2'000'000'000, .width = 2'000'000'000, .height = 5},
                                                         {.width = 0, .height = 5}}) {
    const auto refused = Letterbox::check(frame, outside);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, core::ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace vigil::vision
