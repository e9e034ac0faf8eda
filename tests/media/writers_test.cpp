#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "frame_checks.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>

#include "media/annotated_writer.h"
#include "media/clip_writer.h"
#include "media/image_file.h"
#include "media/source.h"
#include "support/make_media.h"
#include "support/shared_data.h"
#include "support/temp_dir.h"

namespace vigil::media {
namespace {

namespace fs = std::filesystem;
using core::MediaDuration;
using core::MediaTime;
using test::look_at_file;
using test::make_media;
using test::Seen;

const std::string kMotion = "-f lavfi -i testsrc2=s=320x240:r=25:d=8 -pix_fmt yuv420p ";

fs::path street() { return make_media("street.mp4", kMotion + "-c:v libx264 -g 25 -bf 2"); }

nlohmann::json probe(const fs::path& path) {
  return nlohmann::json::parse(
      test::run_program({"ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", path.string()}));
}

ClipRange seconds(double begin, double end, double roll = 0) {
  return {.begin = MediaTime::from_seconds(begin),
          .end = MediaTime::from_seconds(end),
          .pre_roll = MediaDuration::from_seconds(roll),
          .post_roll = MediaDuration::from_seconds(roll)};
}

std::vector<std::uint64_t> pixels_of(const std::vector<Seen>& seen) {
  std::vector<std::uint64_t> pixels;
  for (const Seen& frame : seen) pixels.push_back(frame.pixels);
  return pixels;
}

// What lies in the directory besides the files named.
std::vector<std::string> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory)) names.push_back(entry.path().filename().string());
  return names;
}

TEST(CutClip, copies_from_the_key_frame_before_the_range_to_its_end) {
  const test::TempDir dir;
  const auto clip = cut_clip(street().string(), seconds(3.5, 4.5), dir / "clip.mp4");
  ASSERT_TRUE(clip) << clip.error().message;
  EXPECT_FALSE(clip->reencoded);
  EXPECT_EQ(clip->begin, MediaTime::from_seconds(3));
  EXPECT_GE(clip->end, MediaTime::from_seconds(4.5));
  EXPECT_LE(clip->end, MediaTime::from_seconds(4.7));

  const auto all = look_at_file(street().string());
  const auto cut = look_at_file((dir / "clip.mp4").string());
  ASSERT_GE(cut.size(), 38u);
  const auto expected = pixels_of(all);
  EXPECT_EQ(pixels_of(cut),
            std::vector(expected.begin() + 75, expected.begin() + 75 + static_cast<std::ptrdiff_t>(cut.size())));
  EXPECT_EQ(cut.front().pts_us, 0);
  EXPECT_THAT(names_in(dir.path()), testing::ElementsAre("clip.mp4"));
}

TEST(CutClip, writes_what_browsers_play) {
  const test::TempDir dir;
  ASSERT_TRUE(cut_clip(street().string(), seconds(3.5, 4.5), dir / "clip.mp4"));
  const auto info = probe(dir / "clip.mp4");
  EXPECT_EQ(info["streams"][0]["codec_tag_string"], "avc1");
  EXPECT_EQ(info["streams"][0]["pix_fmt"], "yuv420p");
  EXPECT_DOUBLE_EQ(std::stod(info["format"]["start_time"].get<std::string>()), 0);
  // The index stands before the pictures, so that playing starts before everything was fetched.
  const std::string bytes = test::read_bytes(dir / "clip.mp4");
  EXPECT_LT(bytes.find("moov"), bytes.find("mdat"));
}

TEST(CutClip, takes_pre_roll_and_post_roll_and_stays_within_the_source) {
  const test::TempDir dir;
  const auto clip = cut_clip(street().string(), seconds(1, 7.5, 2), dir / "clip.mp4");
  ASSERT_TRUE(clip) << clip.error().message;
  EXPECT_EQ(clip->begin, MediaTime());
  EXPECT_EQ(clip->end, MediaTime::from_seconds(8));
}

TEST(CutClip, reencodes_only_what_browsers_do_not_play) {
  const auto old = make_media("old.avi", kMotion + "-c:v mpeg4 -g 30");
  const test::TempDir dir;
  const auto clip = cut_clip(old.string(), seconds(3.5, 4.5), dir / "clip.mp4");
  ASSERT_TRUE(clip) << clip.error().message;
  EXPECT_TRUE(clip->reencoded);
  EXPECT_EQ(clip->begin, MediaTime::from_us(3'520'000));
  const auto info = probe(dir / "clip.mp4");
  EXPECT_EQ(info["streams"][0]["codec_name"], "h264");
  EXPECT_EQ(info["streams"][0]["pix_fmt"], "yuv420p");
  const auto cut = look_at_file((dir / "clip.mp4").string());
  EXPECT_EQ(cut.size(), 25u);
  EXPECT_EQ(cut.front().pts_us, 0);
  EXPECT_EQ(cut.back().pts_us, 960'000);
}

TEST(CutClip, reencodes_streams_without_timestamps) {
  const auto raw = make_media("raw.264", kMotion + "-c:v libx264 -bf 2");
  const test::TempDir dir;
  const auto clip = cut_clip(raw.string(), seconds(3.5, 4.5), dir / "clip.mp4");
  ASSERT_TRUE(clip) << clip.error().message;
  EXPECT_TRUE(clip->reencoded);
  EXPECT_EQ(look_at_file((dir / "clip.mp4").string()).size(), 25u);
}

TEST(CutClip, keeps_the_sound) {
  const auto loud =
      make_media("loud.ts", "-f lavfi -i sine=r=44100:d=8 " + kMotion + "-c:v libx264 -g 25 -c:a aac -shortest");
  const test::TempDir dir;
  const auto clip = cut_clip(loud.string(), seconds(3.5, 4.5), dir / "clip.mp4");
  ASSERT_TRUE(clip) << clip.error().message;
  EXPECT_FALSE(clip->reencoded);
  const auto info = probe(dir / "clip.mp4");
  ASSERT_EQ(info["streams"].size(), 2u);
  std::vector<std::string> codecs = {info["streams"][0]["codec_name"], info["streams"][1]["codec_name"]};
  EXPECT_THAT(codecs, testing::UnorderedElementsAre("h264", "aac"));
  for (const auto& stream : info["streams"]) EXPECT_NEAR(std::stod(stream["duration"].get<std::string>()), 1.5, 0.2);
}

TEST(CutClip, keeps_the_rotation) {
  const auto turned = make_media("turned.mp4", "-display_rotation 90 -i " + street().string() + " -c copy");
  const test::TempDir dir;
  ASSERT_TRUE(cut_clip(turned.string(), seconds(1, 2), dir / "clip.mp4"));
  auto source = Source::open((dir / "clip.mp4").string());
  ASSERT_TRUE(source);
  EXPECT_EQ((*source)->info().width_px, 240);
  EXPECT_EQ((*source)->info().height_px, 320);
}

TEST(CutClip, leaves_no_file_where_it_fails) {
  const test::TempDir dir;
  EXPECT_EQ(cut_clip(street().string(), seconds(2, 1), dir / "a.mp4").error().code, core::ErrorCode::kInvalidArgument);
  EXPECT_EQ(cut_clip(street().string(), seconds(20, 21), dir / "b.mp4").error().code, core::ErrorCode::kInvalidArgument);
  EXPECT_EQ(cut_clip("absent.mp4", seconds(1, 2), dir / "c.mp4").error().code, core::ErrorCode::kNotFound);
  EXPECT_EQ(cut_clip(street().string(), seconds(1, 2), dir / "none" / "d.mp4").error().code, core::ErrorCode::kIo);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(cut_clip(street().string(), seconds(1, 2), dir / "e.mp4", {.stop = stop.get_token()}).error().code,
            core::ErrorCode::kCancelled);
  EXPECT_THAT(names_in(dir.path()), testing::IsEmpty());
}

// Writes an annotated copy of `source`, up to `frames` frames; gives the times written.
std::vector<std::int64_t> annotate(const fs::path& source, const fs::path& target, SourceOptions options = {}) {
  auto input = Source::open(source.string(), options);
  EXPECT_TRUE(input) << input.error().message;
  const SourceInfo& info = (*input)->info();
  auto writer = AnnotatedWriter::create(target, {.width_px = info.frame_width_px, .height_px = info.frame_height_px});
  EXPECT_TRUE(writer) << writer.error().message;
  std::vector<std::int64_t> times;
  for (;;) {
    const auto frame = (*input)->read();
    if (!frame || !*frame) break;
    times.push_back((*frame)->pts().us());
    const auto written =
        (*writer)->write(**frame, {.labels = {{"violence 0.91", Tone::kAlert}, {"0:01.250"}}, .score = 0.91});
    EXPECT_TRUE(written) << written.error().message;
  }
  const auto finished = (*writer)->finish();
  EXPECT_TRUE(finished) << finished.error().message;
  return times;
}

std::vector<std::int64_t> times_of(const fs::path& path) {
  std::vector<std::int64_t> times;
  for (const Seen& seen : look_at_file(path.string())) times.push_back(seen.pts_us);
  return times;
}

TEST(AnnotatedWriter, keeps_the_times_of_a_variable_frame_rate) {
  const auto vfr = make_media("vfr.mp4", kMotion + "-vf select='not(mod(n,3))+not(mod(n,7))' -fps_mode vfr -c:v libx264");
  const test::TempDir dir;
  const auto times = annotate(vfr, dir / "annotated.mp4");
  ASSERT_GT(times.size(), 50u);
  EXPECT_EQ(times_of(dir / "annotated.mp4"), times);
  EXPECT_THAT(names_in(dir.path()), testing::ElementsAre("annotated.mp4"));
  EXPECT_EQ(probe(dir / "annotated.mp4")["streams"][0]["pix_fmt"], "yuv420p");
}

TEST(AnnotatedWriter, takes_rgb_frames) {
  const test::TempDir dir;
  EXPECT_EQ(annotate(street(), dir / "annotated.mp4", {.format = PixelFormat::kRgb24}).size(), 200u);
}

// The mean of a plane's part.
double mean(const Plane& plane, int x0, int y0, int width, int height) {
  double sum = 0;
  for (int y = y0; y < y0 + height; ++y) {
    for (int x = x0; x < x0 + width; ++x) sum += plane.data[y * plane.stride_bytes + x];
  }
  return sum / (width * height);
}

TEST(AnnotatedWriter, draws_the_score_as_a_bar_and_a_border_when_it_reaches_the_threshold) {
  const auto grey = make_media("grey.mp4", "-f lavfi -i color=gray:s=640x480:r=25:d=0.2 -pix_fmt yuv420p -c:v libx264");
  const auto first_frame = [&](double score) {
    const test::TempDir dir;
    auto input = Source::open(grey.string());
    auto writer = AnnotatedWriter::create(dir / "a.mp4", {.width_px = 640, .height_px = 480, .quality = 5});
    EXPECT_TRUE((*writer)->write(**(*input)->read(), {.score = score, .threshold = 0.5}));
    EXPECT_TRUE((*writer)->finish());
    auto output = Source::open((dir / "a.mp4").string());
    return **(*output)->read();
  };
  const Frame calm = first_frame(0.25);
  const Frame alert = first_frame(0.75);
  // Cr is high in red, low in green, 128 in grey. The bar is in the bottom rows.
  const auto cr_of_bar = [](const Frame& frame, double place) {
    return mean(frame.plane(2), static_cast<int>(place * 320), 237, 8, 2);
  };
  EXPECT_LT(cr_of_bar(calm, 0.1), 100);
  EXPECT_NEAR(cr_of_bar(calm, 0.4), 128, 8);
  EXPECT_GT(cr_of_bar(alert, 0.1), 180);
  EXPECT_GT(cr_of_bar(alert, 0.65), 180);
  EXPECT_NEAR(cr_of_bar(alert, 0.9), 128, 8);
  EXPECT_NEAR(mean(calm.plane(2), 100, 0, 100, 1), 128, 3);
  EXPECT_GT(mean(alert.plane(2), 100, 0, 100, 1), 180);
  EXPECT_GT(mean(alert.plane(2), 0, 50, 1, 100), 180);
}

TEST(AnnotatedWriter, refuses_frames_that_do_not_fit_and_odd_sizes) {
  const test::TempDir dir;
  EXPECT_EQ(AnnotatedWriter::create(dir / "a.mp4", {.width_px = 321, .height_px = 240}).error().code,
            core::ErrorCode::kInvalidArgument);
  auto input = Source::open(street().string());
  auto writer = AnnotatedWriter::create(dir / "b.mp4", {.width_px = 640, .height_px = 480});
  ASSERT_TRUE(writer);
  EXPECT_EQ((*writer)->write(**(*input)->read(), {}).error().code, core::ErrorCode::kInvalidArgument);
  auto fitting = AnnotatedWriter::create(dir / "c.mp4", {.width_px = 320, .height_px = 240});
  const Frame frame = **(*input)->read();
  ASSERT_TRUE((*fitting)->write(frame, {}));
  EXPECT_EQ((*fitting)->write(frame, {}).error().code, core::ErrorCode::kInvalidArgument);
}

TEST(AnnotatedWriter, leaves_a_playable_file_when_it_is_killed) {
  const auto source = street();
  const test::TempDir dir;
  const pid_t child = fork();
  if (child == 0) {
    auto input = Source::open(source.string());
    auto writer = AnnotatedWriter::create(dir / "a.mp4", {.width_px = 320, .height_px = 240});
    for (auto frame = (*input)->read(); frame && *frame; frame = (*input)->read()) {
      if (!(*writer)->write(**frame, {.score = 0.3})) _exit(1);
    }
    raise(SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_FALSE(fs::exists(dir / "a.mp4"));
  ASSERT_TRUE(fs::exists(dir / ".a.tmp.mp4"));
  const auto seen = look_at_file((dir / ".a.tmp.mp4").string());
  EXPECT_GE(seen.size(), 50u);
  EXPECT_EQ(seen.front().pts_us, 0);
}

TEST(ImageFile, writes_posters_in_the_right_colours) {
  const test::TempDir dir;
  for (const auto format : {PixelFormat::kI420, PixelFormat::kRgb24, PixelFormat::kGray8}) {
    auto source = Source::open(street().string(), {.format = format});
    ASSERT_TRUE(source);
    const Frame frame = **(*source)->read();
    ASSERT_TRUE(write_jpeg(frame, dir / "poster.jpg", {.quality = 95}));
    auto poster = Source::open((dir / "poster.jpg").string(), {.format = PixelFormat::kRgb24});
    ASSERT_TRUE(poster) << poster.error().message;
    const auto back = (*poster)->read();
    ASSERT_TRUE(back && *back);
    auto reference = Source::open(street().string(), {.format = PixelFormat::kRgb24});
    const Frame expected = **(*reference)->read();
    ASSERT_EQ((*back)->width_px(), 320);
    double difference = 0;
    for (int y = 0; y < 240; ++y) {
      for (int x = 0; x < 960; ++x) {
        const auto at = [&](const Frame& f) { return static_cast<int>(f.plane(0).data[y * f.plane(0).stride_bytes + x]); };
        difference += std::abs(at(**back) - at(expected));
      }
    }
    const double mean_difference = difference / (240 * 960);
    if (format == PixelFormat::kGray8) {
      EXPECT_GT(mean_difference, 20);
    } else {
      EXPECT_LT(mean_difference, 6);
    }
  }
}

TEST(ImageFile, makes_smaller_posters_at_lower_quality) {
  const test::TempDir dir;
  auto source = Source::open(street().string());
  const Frame frame = **(*source)->read();
  ASSERT_TRUE(write_jpeg(frame, dir / "fine.jpg", {.quality = 95}));
  ASSERT_TRUE(write_jpeg(frame, dir / "plain.jpg"));
  ASSERT_TRUE(write_jpeg(frame, dir / "coarse.jpg", {.quality = 20}));
  EXPECT_GT(fs::file_size(dir / "fine.jpg"), fs::file_size(dir / "plain.jpg"));
  EXPECT_GT(fs::file_size(dir / "plain.jpg"), fs::file_size(dir / "coarse.jpg"));
  EXPECT_EQ(write_jpeg(frame, dir / "x.jpg", {.quality = 0}).error().code, core::ErrorCode::kInvalidArgument);
  EXPECT_EQ(write_jpeg(Frame(), dir / "x.jpg").error().code, core::ErrorCode::kInvalidArgument);
}

TEST(ImageFile, png_keeps_every_value) {
  std::vector<std::uint8_t> rgb;
  for (int i = 0; i < 3 * 17 * 11; ++i) rgb.push_back(static_cast<std::uint8_t>(i * 37));
  const auto png = encode_png(rgb, 17, 11);
  ASSERT_TRUE(png) << png.error().message;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(png->data());
  auto source = Source::open_bytes({bytes, png->size()}, "figure.png", {.format = PixelFormat::kRgb24});
  ASSERT_TRUE(source) << source.error().message;
  const auto frame = (*source)->read();
  ASSERT_TRUE(frame && *frame);
  const Plane plane = (*frame)->plane(0);
  for (int y = 0; y < 11; ++y) {
    for (int x = 0; x < 51; ++x)
      ASSERT_EQ(plane.data[y * plane.stride_bytes + x], rgb[static_cast<std::size_t>(y * 51 + x)]);
  }
  EXPECT_EQ(encode_png(rgb, 17, 12).error().code, core::ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace vigil::media
