#include "media/source.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <set>

#include "frame_checks.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/log.h"
#include "support/make_media.h"
#include "support/shared_data.h"

namespace vigil::media {
namespace {

using core::MediaDuration;
using core::MediaTime;
using test::look_at;
using test::look_at_all;
using test::look_at_file;
using test::make_media;
using test::Seen;

const std::string kMotion = "-f lavfi -i testsrc2=s=320x240:r=25:d=4 -pix_fmt yuv420p ";

std::string motion(const std::string& name, const std::string& encoding) {
  return make_media(name, kMotion + encoding).string();
}

std::unique_ptr<Source> open(const std::string& path, SourceOptions options = {}) {
  auto source = Source::open(path, options);
  if (!source) throw std::runtime_error(source.error().message);
  return std::move(*source);
}

Frame first_frame(const std::string& path, SourceOptions options = {}) { return **open(path, options)->read(); }

int rgb_at(const Frame& frame, int x, int y, int channel) {
  const Plane plane = frame.plane(0);
  return plane.data[y * plane.stride_bytes + 3 * x + channel];
}

// The whole picture as the ffmpeg program decodes it.
std::string reference(const std::string& path, const std::string& arguments) {
  return test::read_bytes(make_media("reference.raw", "-i " + path + " " + arguments + " -f rawvideo"));
}

std::string bytes_of(const Frame& frame) {
  std::string bytes;
  const int planes = frame.format() == PixelFormat::kI420 ? 3 : 1;
  for (int i = 0; i < planes; ++i) {
    const Plane plane = frame.plane(i);
    const int row = plane.width_px * (frame.format() == PixelFormat::kRgb24 ? 3 : 1);
    for (int y = 0; y < plane.height_px; ++y) {
      bytes.append(reinterpret_cast<const char*>(plane.data) + y * plane.stride_bytes, static_cast<std::size_t>(row));
    }
  }
  return bytes;
}

TEST(Source, gives_every_frame_in_order_then_the_end) {
  auto source = open(motion("plain.mp4", "-c:v libx264 -g 20 -bf 3"));
  const auto seen = look_at_all(*source);
  ASSERT_EQ(seen.size(), 100u);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i].pts_us, static_cast<std::int64_t>(i) * 40'000);
    EXPECT_EQ(seen[i].duration_us, 40'000);
  }
  EXPECT_EQ(source->stats().frames, 100u);
  EXPECT_EQ(source->stats().mended_times, 0u);
  EXPECT_EQ(source->stats().corrupt_packets, 0u);
  const auto again = source->read();
  ASSERT_TRUE(again);
  EXPECT_FALSE(*again);
}

TEST(Source, decodes_what_ffmpeg_decodes) {
  const std::string path = motion("plain.mp4", "-c:v libx264 -g 20 -bf 3");
  const std::string expected = reference(path, "-pix_fmt yuv420p");
  auto source = open(path);
  std::string all;
  for (auto frame = source->read(); frame && *frame; frame = source->read()) all += bytes_of(**frame);
  EXPECT_EQ(all.size(), expected.size());
  EXPECT_TRUE(all == expected);
}

TEST(Source, says_what_it_opened) {
  const auto source = open(motion("plain.mp4", "-c:v libx264 -g 20 -bf 3"), {.size = FitShortSide{120}});
  const SourceInfo& info = source->info();
  EXPECT_THAT(info.container, testing::HasSubstr("mp4"));
  EXPECT_EQ(info.codec, "h264");
  EXPECT_EQ(info.width_px, 320);
  EXPECT_EQ(info.height_px, 240);
  EXPECT_EQ(info.frame_width_px, 160);
  EXPECT_EQ(info.frame_height_px, 120);
  EXPECT_DOUBLE_EQ(info.frame_rate, 25);
  EXPECT_EQ(info.duration, MediaDuration::from_seconds(4));
  EXPECT_TRUE(info.seekable);
  EXPECT_FALSE(info.live);
}

TEST(Source, gives_the_same_with_any_number_of_threads) {
  const std::string path = motion("plain.mp4", "-c:v libx264 -g 20 -bf 3");
  EXPECT_EQ(look_at_file(path, {.decoder_threads = 4}), look_at_file(path));
}

TEST(Source, reads_raw_streams_at_their_own_rate) {
  const auto seen = look_at_file(motion("raw.264", "-c:v libx264 -bf 2"));
  ASSERT_EQ(seen.size(), 100u);
  for (std::size_t i = 1; i < seen.size(); ++i) EXPECT_EQ(seen[i].pts_us - seen[i - 1].pts_us, 40'000) << i;
}

TEST(Source, reads_packed_b_frames) {
  auto source = open(motion("packed.avi", "-c:v libxvid -bf 2 -g 20"));
  const auto seen = look_at_all(*source);
  EXPECT_GE(seen.size(), 98u);
  for (std::size_t i = 1; i < seen.size(); ++i) ASSERT_GT(seen[i].pts_us, seen[i - 1].pts_us);
}

TEST(Source, reads_a_transport_stream_over_the_wrap_of_its_clock) {
  // 33 bits of 90 kHz wrap after 95443.7 s.
  const std::string path = motion("wrap.ts", "-c:v libx264 -bf 2 -g 20 -output_ts_offset 95440");
  auto source = open(path);
  const auto seen = look_at_all(*source);
  ASSERT_EQ(seen.size(), 100u);
  for (std::size_t i = 0; i < seen.size(); ++i) ASSERT_NEAR(seen[i].pts_us, static_cast<double>(i) * 40'000, 20);
  EXPECT_EQ(source->stats().mended_times, 0u);
}

TEST(Source, starts_at_zero_where_the_stream_does_not) {
  EXPECT_EQ(look_at_file(motion("late.mkv", "-c:v libx264 -output_ts_offset 7.5")).front().pts_us, 0);
}

TEST(Source, seeks_to_the_first_frame_at_or_after_a_time) {
  for (const auto& [name, encoding] : std::vector<std::pair<std::string, std::string>>{
           {"seek.mp4", "-c:v libx264 -g 20 -bf 3"},
           {"open.mp4", "-c:v libx264 -g 10 -bf 3 -x264-params open-gop=1:scenecut=0"},
           {"seek.ts", "-c:v libx264 -g 20 -bf 3"},
           {"seek.mkv", "-c:v libx264 -g 20 -bf 3"},
           {"seek.avi", "-c:v msmpeg4 -g 20"}}) {
    SCOPED_TRACE(name);
    const std::string path = motion(name, encoding);
    const auto all = look_at_file(path);
    auto source = open(path);
    for (const std::size_t place : {50u, 10u, 99u, 0u, 19u, 20u, 21u, 77u}) {
      const MediaTime just_before = MediaTime::from_us(std::max<std::int64_t>(all[place].pts_us - 1'000, 0));
      ASSERT_TRUE(source->seek(just_before));
      const auto frame = source->read();
      ASSERT_TRUE(frame && *frame) << place;
      EXPECT_EQ(look_at(**frame), all[place]) << place;
      if (place + 1 < all.size()) {
        EXPECT_EQ(look_at(**source->read()), all[place + 1]) << place;
      }
    }
    ASSERT_TRUE(source->seek(MediaTime::from_seconds(100)));
    EXPECT_FALSE(*source->read());
  }
}

TEST(Source, does_not_seek_in_raw_streams) {
  auto source = open(motion("raw.264", "-c:v libx264 -bf 2"));
  EXPECT_FALSE(source->info().seekable);
  EXPECT_EQ(source->seek(MediaTime()).error().code, core::ErrorCode::kUnsupported);
}

// Four corners of their own colours, stored turned by every quarter turn and mirrored.
TEST(Source, shows_rotated_and_mirrored_video_upright) {
  const auto corners =
      make_media("corners.mp4",
                 "-f lavfi -i color=red:s=64x48:r=5:d=0.4 -f lavfi -i color=lime:s=64x48:r=5:d=0.4 -f lavfi -i "
                 "color=blue:s=64x48:r=5:d=0.4 "
                 "-f lavfi -i color=white:s=64x48:r=5:d=0.4 -filter_complex [0][1]hstack[t];[2][3]hstack[b];[t][b]vstack "
                 "-pix_fmt yuv420p -c:v libx264 -qp 1");
  using Corner = std::array<int, 3>;
  const Corner red{1, 0, 0}, lime{0, 1, 0}, blue{0, 0, 1}, white{1, 1, 1};
  const auto look = [](const std::string& path, PixelFormat format, OutputSize size) {
    const Frame frame = first_frame(path, {.size = size, .format = format});
    const int w = frame.width_px();
    const int h = frame.height_px();
    std::vector<Corner> seen;
    for (const auto& [x, y] : {std::pair{w / 8, h / 8}, {w * 7 / 8, h / 8}, {w / 8, h * 7 / 8}, {w * 7 / 8, h * 7 / 8}}) {
      seen.push_back({rgb_at(frame, x, y, 0) > 128, rgb_at(frame, x, y, 1) > 128, rgb_at(frame, x, y, 2) > 128});
    }
    return seen;
  };
  struct Case {
    const char* options;
    bool sideways;
    std::vector<Corner> shown;  // top left, top right, bottom left, bottom right
  };
  // ffmpeg's -display_rotation is counter-clockwise.
  for (const Case& c : std::vector<Case>{{"-display_rotation 0", false, {red, lime, blue, white}},
                                         {"-display_rotation 90", true, {lime, white, red, blue}},
                                         {"-display_rotation 180", false, {white, blue, lime, red}},
                                         {"-display_rotation 270", true, {blue, red, white, lime}},
                                         {"-display_hflip", false, {lime, red, white, blue}},
                                         {"-display_vflip", false, {blue, white, red, lime}}}) {
    SCOPED_TRACE(c.options);
    const std::string path =
        make_media("turned.mp4", std::string(c.options) + " -i " + corners.string() + " -c copy").string();
    EXPECT_EQ(look(path, PixelFormat::kRgb24, NativeSize{}), c.shown);
    EXPECT_EQ(look(path, PixelFormat::kRgb24, FitShortSide{48}), c.shown);
    const Frame native = first_frame(path);
    EXPECT_EQ(native.width_px(), c.sideways ? 96 : 128);
    EXPECT_EQ(native.height_px(), c.sideways ? 128 : 96);
  }
}

TEST(Source, scales_to_the_size_asked_for) {
  const std::string path = motion("plain.mp4", "-c:v libx264 -g 20 -bf 3");
  const auto size = [&](OutputSize wanted) {
    const Frame frame = first_frame(path, {.size = wanted});
    return std::pair{frame.width_px(), frame.height_px()};
  };
  EXPECT_EQ(size(NativeSize{}), std::pair(320, 240));
  EXPECT_EQ(size(FitShortSide{120}), std::pair(160, 120));
  EXPECT_EQ(size(FitShortSide{480}), std::pair(640, 480));
  EXPECT_EQ(size(FitLongSide{160}), std::pair(160, 120));
  EXPECT_EQ(size(FitLongSide{1280}), std::pair(320, 240));
  EXPECT_EQ(size(ExactSize{100, 300}), std::pair(100, 300));
}

TEST(Source, converts_colours_as_the_stream_says) {
  for (const std::string colors : {"bt709", "smpte170m"}) {
    for (const std::string range : {"tv", "pc"}) {
      SCOPED_TRACE(colors + " " + range);
      const auto path =
          make_media("colors.mp4", "-f lavfi -i color=0xC83214:s=64x64:r=5:d=0.4 -vf scale=out_color_matrix=" + colors +
                                       ":out_range=" + range + " -pix_fmt yuv420p -colorspace " + colors + " -color_range " +
                                       range + " -c:v libx264 -qp 1");
      const Frame frame = first_frame(path.string(), {.format = PixelFormat::kRgb24});
      EXPECT_NEAR(rgb_at(frame, 30, 30, 0), 0xC8, 4);
      EXPECT_NEAR(rgb_at(frame, 30, 30, 1), 0x32, 4);
      EXPECT_NEAR(rgb_at(frame, 30, 30, 2), 0x14, 4);
      EXPECT_EQ(first_frame(path.string()).full_range(), range == "pc");
      EXPECT_EQ(first_frame(path.string()).matrix(), colors == "bt709" ? ColorMatrix::kBt709 : ColorMatrix::kBt601);
    }
  }
}

TEST(Source, gives_luma_alone) {
  const std::string path = motion("plain.mp4", "-c:v libx264 -g 20 -bf 3");
  const Frame gray = first_frame(path, {.format = PixelFormat::kGray8});
  const Frame full = first_frame(path);
  EXPECT_EQ(bytes_of(gray), bytes_of(full).substr(0, 320 * 240));
}

TEST(Source, reads_other_pixel_formats) {
  for (const std::string format : {"yuv422p", "yuv444p", "yuv420p10le", "gray", "gbrp"}) {
    SCOPED_TRACE(format);
    const auto path = make_media("format.mkv", "-f lavfi -i testsrc2=s=64x48:r=5:d=0.4 -pix_fmt " + format + " -c:v ffv1");
    EXPECT_EQ(look_at_file(path.string()).size(), 2u);
    EXPECT_EQ(look_at_file(path.string(), {.format = PixelFormat::kRgb24}).size(), 2u);
  }
}

TEST(Source, keeps_the_frame_size_where_the_stream_changes_its_own) {
  const auto small = make_media("small.ts", "-f lavfi -i testsrc2=s=160x120:r=25:d=1 -pix_fmt yuv420p -c:v libx264");
  const auto large = make_media("large.ts", "-f lavfi -i testsrc2=s=320x240:r=25:d=1 -pix_fmt yuv420p -c:v libx264");
  const std::string joined = test::read_bytes(small) + test::read_bytes(large);
  auto source = Source::open_bytes({reinterpret_cast<const std::uint8_t*>(joined.data()), joined.size()}, "joined.ts");
  ASSERT_TRUE(source) << source.error().message;
  const auto seen = look_at_all(**source);
  EXPECT_GE(seen.size(), 49u);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i].width_px, 160);
    EXPECT_EQ(seen[i].height_px, 120);
    if (i > 0) {
      EXPECT_GT(seen[i].pts_us, seen[i - 1].pts_us);
    }
  }
}

TEST(Source, gives_two_views_of_one_decoding) {
  const std::string path = motion("views.mp4", "-c:v libx264 -g 25 -bf 2");
  const View small{.size = ExactSize{64, 48}, .format = PixelFormat::kRgb24};
  const auto both = open(path, {.second = small});
  const auto first = open(path);
  const auto second = open(path, {.size = small.size, .format = small.format});
  const auto compare = [&] {
    const FrameViews views = **both->read_views();
    const Frame native = **first->read();
    const Frame scaled = **second->read();
    EXPECT_EQ(views.first.pts(), native.pts());
    EXPECT_EQ(views.second.pts(), native.pts());
    EXPECT_EQ(bytes_of(views.first), bytes_of(native));
    EXPECT_EQ(bytes_of(views.second), bytes_of(scaled));
  };
  for (int i = 0; i < 5; ++i) compare();
  for (Source* source : {both.get(), first.get(), second.get()}) ASSERT_TRUE(source->seek(MediaTime::from_seconds(2.5)));
  compare();
  EXPECT_FALSE((*first->read_views())->second.valid()) << "no second view was asked for";
}

TEST(Source, reads_from_memory_as_from_a_file) {
  const std::string path = motion("plain.mp4", "-c:v libx264 -g 20 -bf 3");
  const std::string bytes = test::read_bytes(path);
  auto source = Source::open_bytes({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, "plain.mp4");
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_EQ(look_at_all(**source), look_at_file(path));
}

TEST(Source, reuses_the_memory_of_frames) {
  auto source =
      open(motion("plain.mp4", "-c:v libx264 -g 20 -bf 3"), {.size = FitShortSide{120}, .format = PixelFormat::kRgb24});
  std::set<const void*> places;
  for (auto frame = source->read(); frame && *frame; frame = source->read()) places.insert((*frame)->plane(0).data);
  EXPECT_LE(places.size(), 3u);
}

TEST(Source, frames_outlive_their_source) {
  const std::string path = motion("plain.mp4", "-c:v libx264 -g 20 -bf 3");
  std::vector<Frame> kept;
  {
    auto source = open(path, {.size = FitShortSide{120}});
    for (auto frame = source->read(); frame && *frame; frame = source->read()) kept.push_back(**frame);
  }
  const auto expected = look_at_file(path, {.size = FitShortSide{120}});
  ASSERT_EQ(kept.size(), expected.size());
  for (std::size_t i = 0; i < kept.size(); ++i) ASSERT_EQ(look_at(kept[i]), expected[i]);
}

TEST(Source, decodes_on_the_processor_where_no_device_is_and_says_so_once) {
  const std::string path = motion("plain.mp4", "-c:v libx264 -g 20 -bf 3");
  std::mutex mutex;
  std::vector<std::string> lines;
  const auto previous = core::set_log_sink([&](core::LogLevel, std::string_view line) {
    const std::scoped_lock lock(mutex);
    lines.emplace_back(line);
  });
  auto source = open(path, {.hardware = true});
  const auto seen = look_at_all(*source);
  core::set_log_sink(previous);
  EXPECT_EQ(seen.size(), 100u);
  if (!source->info().hardware) {
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_THAT(lines[0], testing::HasSubstr("CPU"));
    EXPECT_EQ(seen, look_at_file(path));
  }
}

TEST(SourceOptions, are_checked) {
  EXPECT_FALSE((SourceOptions{.second = View{.size = ExactSize{64, 0}}}).validate());
  const std::string path = motion("plain.mp4", "-c:v libx264 -g 20 -bf 3");
  for (const SourceOptions& options :
       {SourceOptions{.size = FitShortSide{0}}, SourceOptions{.size = ExactSize{100, 0}},
        SourceOptions{.size = FitLongSide{99'999}}, SourceOptions{.decoder_threads = 0},
        SourceOptions{.decoder_threads = 17}, SourceOptions{.read_timeout = {}}, SourceOptions{.max_pixels = 0}}) {
    EXPECT_EQ(Source::open(path, options).error().code, core::ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace vigil::media
