#include "media/clip_sampler.h"

#include "frame_checks.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/random.h"
#include "support/make_media.h"
#include "support/shared_data.h"

namespace vigil::media {
namespace {

using core::MediaTime;
using test::look_at;
using test::make_media;
using test::Seen;

constexpr auto kMotion = "-f lavfi -i testsrc2=s=192x144:r=25:d=4";

std::filesystem::path motion(const std::string& name, const std::string& encoding) {
  return make_media(name, std::string(kMotion) + " -pix_fmt yuv420p " + encoding);
}

// Random ranges, single frames and the whole, each compared with what a sequential decode gave.
void expect_equal_to_sequential(const std::string& path, SourceOptions options = {}) {
  SCOPED_TRACE(path);
  const std::vector<Seen> all = test::look_at_file(path, options);
  ASSERT_FALSE(all.empty());
  auto opened = ClipSampler::open(path, {.source = options});
  ASSERT_TRUE(opened) << opened.error().message;
  ClipSampler& sampler = **opened;
  ASSERT_EQ(sampler.times().size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(sampler.times()[i].us(), all[i].pts_us) << "frame " << i;

  core::Rng rng = core::make_rng({7});
  const auto last = static_cast<std::int64_t>(all.size()) - 1;
  for (int round = 0; round < 12; ++round) {
    const auto first = core::uniform_int(rng, 0, last);
    const auto end = core::uniform_int(rng, first, last);
    const int count = static_cast<int>(core::uniform_int(rng, 1, 12));
    const MediaTime from = sampler.times()[static_cast<std::size_t>(first)];
    const MediaTime to = sampler.times()[static_cast<std::size_t>(end)] + core::MediaDuration::from_us(1);
    const auto frames = sampler.sample(from, to, count);
    ASSERT_TRUE(frames) << frames.error().message;
    const auto indices = uniform_indices(static_cast<int>(end - first + 1), count);
    ASSERT_EQ(frames->size(), indices.size());
    for (std::size_t i = 0; i < indices.size(); ++i) {
      ASSERT_EQ(look_at((*frames)[i]), all[static_cast<std::size_t>(first + indices[i])])
          << "round " << round << " place " << i;
    }
  }
  const auto whole = sampler.all(MediaTime(), MediaTime::max());
  ASSERT_TRUE(whole) << whole.error().message;
  std::vector<Seen> seen;
  for (const Frame& frame : *whole) seen.push_back(look_at(frame));
  EXPECT_EQ(seen, all);
}

TEST(UniformIndices, are_a_truncated_linspace) {
  EXPECT_THAT(uniform_indices(10, 4), testing::ElementsAre(0, 3, 6, 9));
  EXPECT_THAT(uniform_indices(20, 10), testing::ElementsAre(0, 2, 4, 6, 8, 10, 12, 14, 16, 19));
  EXPECT_THAT(uniform_indices(3, 5), testing::ElementsAre(0, 0, 1, 1, 2));
  EXPECT_THAT(uniform_indices(1, 3), testing::ElementsAre(0, 0, 0));
  EXPECT_THAT(uniform_indices(9, 1), testing::ElementsAre(0));
}

TEST(ClipSampler, equals_sequential_decode_over_b_frames) {
  expect_equal_to_sequential(motion("bframes.mp4", "-c:v libx264 -g 12 -bf 3").string());
}

TEST(ClipSampler, equals_sequential_decode_over_a_b_pyramid_in_one_long_group) {
  expect_equal_to_sequential(motion("long.mp4", "-c:v libx264 -g 250 -bf 5 -b-pyramid normal -refs 4").string());
}

TEST(ClipSampler, equals_sequential_decode_over_open_groups) {
  expect_equal_to_sequential(motion("open.mp4", "-c:v libx264 -g 10 -bf 3 -x264-params open-gop=1:scenecut=0").string());
}

TEST(ClipSampler, equals_sequential_decode_over_gradual_refresh) {
  expect_equal_to_sequential(motion("refresh.mp4", "-c:v libx264 -g 20 -x264-params intra-refresh=1").string());
}

TEST(ClipSampler, equals_sequential_decode_of_variable_frame_rate) {
  const auto path = motion("vfr.mp4", "-vf select='not(mod(n,3))+not(mod(n,7))' -fps_mode vfr -c:v libx264 -g 9 -bf 2");
  expect_equal_to_sequential(path.string());
}

TEST(ClipSampler, equals_sequential_decode_of_twenty_frames) {
  expect_equal_to_sequential(motion("twenty.mp4", "-frames:v 20 -c:v libx264").string());
}

TEST(ClipSampler, equals_sequential_decode_of_other_codecs_and_containers) {
  expect_equal_to_sequential(motion("hevc.mp4", "-c:v libx265 -x265-params log-level=none:keyint=15").string());
  expect_equal_to_sequential(motion("vp9.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 20").string());
  expect_equal_to_sequential(
      motion("vp8.webm", "-c:v libvpx -deadline realtime -auto-alt-ref 1 -lag-in-frames 10 -g 20").string());
  expect_equal_to_sequential(motion("av1.mp4", "-c:v libsvtav1 -preset 12 -svtav1-params lp=2 -g 20").string());
  expect_equal_to_sequential(motion("mjpeg.avi", "-c:v mjpeg").string());
  expect_equal_to_sequential(motion("mpeg2.ts", "-c:v mpeg2video -g 12 -bf 2").string());
  expect_equal_to_sequential(motion("h264.ts", "-c:v libx264 -g 12 -bf 3").string());
  expect_equal_to_sequential(motion("h264.mkv", "-c:v libx264 -g 12 -bf 3").string());
}

TEST(ClipSampler, equals_sequential_decode_where_packets_have_no_times) {
  expect_equal_to_sequential(motion("raw.264", "-c:v libx264 -g 25 -bf 2").string());
  expect_equal_to_sequential(motion("packed.avi", "-c:v mpeg4 -bf 2 -g 20 -bsf:v mpeg4_unpack_bframes").string());
  expect_equal_to_sequential(motion("xvid.avi", "-c:v libxvid -bf 2 -g 20").string());
}

TEST(ClipSampler, equals_sequential_decode_with_several_threads_and_conversion) {
  SourceOptions options{.size = FitShortSide{112}, .format = PixelFormat::kRgb24, .decoder_threads = 3};
  expect_equal_to_sequential(motion("bframes.mp4", "-c:v libx264 -g 12 -bf 3").string(), options);
}

TEST(ClipSampler, equals_sequential_decode_of_a_cut_whose_start_is_hidden_by_an_edit_list) {
  const auto whole = motion("bframes.mp4", "-c:v libx264 -g 12 -bf 3");
  expect_equal_to_sequential(make_media("cut.mp4", "-ss 1.1 -i " + whole.string() + " -c copy").string());
}

TEST(ClipSampler, equals_sequential_decode_of_real_footage) {
  VIGIL_REQUIRE_SHARED(clip, "data/surveillance-fights/fight/fi001.mp4");
  expect_equal_to_sequential(clip.string());
}

TEST(ClipSampler, repeats_frames_where_the_range_holds_fewer) {
  auto sampler = ClipSampler::open(motion("twenty.mp4", "-frames:v 20 -c:v libx264").string());
  ASSERT_TRUE(sampler);
  const auto frames = (*sampler)->sample(MediaTime::from_us(80'000), MediaTime::from_us(120'001), 4);
  ASSERT_TRUE(frames);
  std::vector<std::int64_t> times;
  for (const Frame& frame : *frames) times.push_back(frame.pts().us());
  EXPECT_THAT(times, testing::ElementsAre(80'000, 80'000, 80'000, 120'000));
}

TEST(ClipSampler, gives_the_frame_shown_where_the_range_holds_none) {
  auto sampler = ClipSampler::open(motion("twenty.mp4", "-frames:v 20 -c:v libx264").string());
  ASSERT_TRUE(sampler);
  const auto inside = (*sampler)->sample(MediaTime::from_us(90'000), MediaTime::from_us(100'000), 2);
  ASSERT_TRUE(inside);
  EXPECT_EQ(inside->at(0).pts().us(), 80'000);
  EXPECT_EQ(inside->at(1).pts().us(), 80'000);
  const auto beyond = (*sampler)->sample(MediaTime::from_seconds(90), MediaTime::from_seconds(91), 1);
  ASSERT_TRUE(beyond);
  EXPECT_EQ(beyond->at(0).pts().us(), 760'000);
}

TEST(ClipSampler, refuses_ranges_that_make_no_sense) {
  auto sampler = ClipSampler::open(motion("twenty.mp4", "-frames:v 20 -c:v libx264").string());
  ASSERT_TRUE(sampler);
  EXPECT_EQ((*sampler)->sample(MediaTime::from_us(2), MediaTime::from_us(1), 1).error().code,
            core::ErrorCode::kInvalidArgument);
  EXPECT_EQ((*sampler)->sample(MediaTime(), MediaTime::from_us(1), 0).error().code, core::ErrorCode::kInvalidArgument);
  EXPECT_EQ((*sampler)->sample_at({MediaTime::from_us(2), MediaTime()}).error().code, core::ErrorCode::kInvalidArgument);
}

TEST(ClipSampler, gives_frames_by_time) {
  auto sampler = ClipSampler::open(motion("bframes.mp4", "-c:v libx264 -g 12 -bf 3").string());
  ASSERT_TRUE(sampler);
  const auto frames = (*sampler)->sample_at(
      {MediaTime::from_us(-5), MediaTime::from_us(39'999), MediaTime::from_us(40'000), MediaTime::max()});
  ASSERT_TRUE(frames);
  std::vector<std::int64_t> times;
  for (const Frame& frame : *frames) times.push_back(frame.pts().us());
  EXPECT_THAT(times, testing::ElementsAre(0, 0, 40'000, 3'960'000));
}

}  // namespace
}  // namespace vigil::media
