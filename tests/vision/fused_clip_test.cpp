#include "vision/fused_clip.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "media/clip_sampler.h"
#include "support/make_media.h"
#include "support/shared_data.h"
#include "vision/clip_transforms.h"

namespace vigil::vision {
namespace {

constexpr double kTolerance = 5e-4;  // in normalised units: float rounding of source positions; one 8-bit level is 0.017

std::vector<media::Frame> frames_of(const std::filesystem::path& file, media::PixelFormat format, int count) {
  media::ClipSamplerOptions options;
  options.source.format = format;
  auto sampler = media::ClipSampler::open(file.string(), options);
  EXPECT_TRUE(sampler) << sampler.error().message;
  auto frames = (*sampler)->sample({}, core::MediaTime::from_seconds(2), count);
  EXPECT_TRUE(frames) << frames.error().message;
  return *frames;
}

torch::Tensor fused(const std::vector<media::Frame>& frames, const ClipInput& input, const ClipGeometry& geometry) {
  torch::Tensor out = torch::empty({3, input.frames, input.crop_px, input.crop_px});
  const auto done = fuse_clip(frames, input, geometry, {out.data_ptr<float>(), clip_values(input)});
  EXPECT_TRUE(done) << done.error().message;
  return out;
}

// Both paths with the same draws; they must take them in the same order.
void expect_equal_paths(const std::vector<media::Frame>& frames, const ClipInput& input) {
  const torch::Tensor pixels = frames_to_tensor(frames);
  bool flipped_once = false;
  bool plain_once = false;
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    core::Rng reference_rng = core::make_rng({seed});
    core::Rng fused_rng = core::make_rng({seed});
    const torch::Tensor reference = training_transform(input)(pixels, reference_rng);
    const ClipGeometry geometry = draw_geometry(input, fused_rng);
    (geometry.flipped ? flipped_once : plain_once) = true;
    const torch::Tensor shown = fused(frames, input, geometry);
    EXPECT_LE((shown - reference).abs().max().item<double>(), kTolerance) << "seed " << seed;
    EXPECT_EQ(fused_rng(), reference_rng()) << "the same number of draws";
  }
  EXPECT_TRUE(flipped_once && plain_once);
}

TEST(FusedClip, equals_the_composed_transforms_at_any_size_and_format) {
  ClipInput input;
  input.frames = 3;
  for (const std::string& size : std::vector<std::string>{"320x240", "333x251", "202x358", "1280x720", "112x300"}) {
    const auto file = test::make_media(
        size + ".mkv", "-f lavfi -i testsrc2=rate=10:duration=1:size=" + size + ",noise=alls=30,format=yuv420p -c:v ffv1");
    for (const auto format : {media::PixelFormat::kI420, media::PixelFormat::kRgb24}) {
      SCOPED_TRACE(size + (format == media::PixelFormat::kI420 ? " I420" : " RGB"));
      expect_equal_paths(frames_of(file, format, input.frames), input);
    }
  }
}

TEST(FusedClip, equals_the_composed_transforms_on_real_footage) {
  VIGIL_REQUIRE_SHARED(clip, "data/surveillance-fights/fight/fi001.mp4");
  expect_equal_paths(frames_of(clip, media::PixelFormat::kI420, 10), ClipInput{});
}

TEST(FusedClip, colours_are_those_of_the_decoder_library) {
  for (const std::string& matrix : std::vector<std::string>{"bt709", "smpte170m"}) {
    const auto file = test::make_media(
        matrix + ".mkv", "-f lavfi -i color=c=0x3070c0:size=64x64:rate=10:duration=1 -vf scale=out_color_matrix=" + matrix +
                             ",format=yuv420p -colorspace " + matrix + " -c:v ffv1");
    const torch::Tensor ours = frames_to_tensor(frames_of(file, media::PixelFormat::kI420, 1)).to(torch::kFloat32);
    const torch::Tensor expected = torch::tensor({48.F, 112.F, 192.F}).reshape({3, 1, 1, 1}).expand_as(ours);
    EXPECT_LE((ours - expected).abs().max().item<double>(), 3.0) << matrix << ": 8-bit YUV cannot hold every colour";
    const torch::Tensor theirs = frames_to_tensor(frames_of(file, media::PixelFormat::kRgb24, 1)).to(torch::kFloat32);
    EXPECT_LE((ours - theirs).abs().max().item<double>(), 3.0) << matrix << ": the library computes with few bits";
  }
}

TEST(FusedClip, refuses_what_does_not_fit) {
  const ClipInput input;
  std::vector<float> out(clip_values(input));
  const auto none = fuse_clip({}, input, {}, out);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, core::ErrorCode::kInvalidArgument);
  const std::vector<media::Frame> empty(10);
  EXPECT_FALSE(fuse_clip(empty, input, {}, out));
}

}  // namespace
}  // namespace vigil::vision
