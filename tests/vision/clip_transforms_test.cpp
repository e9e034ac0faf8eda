#include "vision/clip_transforms.h"

#include <set>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "vision/clip_geometry.h"

namespace vigil::vision {
namespace {

// [3, T, H, W] whose value tells its place.
torch::Tensor numbered(int frames, int height, int width) {
  return torch::arange(3 * frames * height * width, torch::kFloat32).reshape({3, frames, height, width});
}

TEST(ClipTransforms, subsample_takes_the_frames_that_the_document_takes) {
  core::Rng rng = core::make_rng({1});
  const torch::Tensor clip = torch::arange(25, torch::kFloat32).reshape({1, 25, 1, 1});
  const torch::Tensor ten = uniform_temporal_subsample(10)(clip, rng).flatten();
  // torch.linspace(0, 24, 10).long()
  EXPECT_TRUE(ten.equal(torch::tensor({0.F, 2.F, 5.F, 8.F, 10.F, 13.F, 16.F, 18.F, 21.F, 24.F})));
  EXPECT_EQ(uniform_temporal_subsample(10)(clip.slice(1, 0, 4), rng).size(1), 10) << "frames repeat in a short clip";
}

TEST(ClipTransforms, normalise_after_dividing_by_255) {
  core::Rng rng = core::make_rng({1});
  const torch::Tensor clip = torch::full({3, 1, 2, 2}, 255, torch::kUInt8);
  const ClipTransform transform = compose({divide_by_255(), normalize({0.45F, 0.45F, 0.45F}, {0.225F, 0.225F, 0.225F})});
  EXPECT_TRUE(torch::allclose(transform(clip, rng), torch::full({3, 1, 2, 2}, (1 - 0.45) / 0.225), 1e-6, 1e-6));
}

TEST(ClipTransforms, short_side_is_drawn_from_the_whole_range_and_aspect_is_kept) {
  std::set<std::int64_t> heights;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    core::Rng rng = core::make_rng({seed});
    const torch::Tensor scaled = random_short_side_scale(24, 28)(torch::rand({3, 1, 30, 40}), rng);
    EXPECT_EQ(scaled.size(3), scaled.size(2) * 40 / 30);
    heights.insert(scaled.size(2));
  }
  EXPECT_EQ(heights, (std::set<std::int64_t>{24, 25, 26, 27, 28}));
}

TEST(ClipTransforms, crop_is_centred_with_halves_to_even) {
  core::Rng rng = core::make_rng({1});
  const torch::Tensor clip = numbered(1, 7, 9);
  EXPECT_TRUE(center_crop(4)(clip, rng).equal(clip.slice(2, 2, 6).slice(3, 2, 6))) << "1.5 → 2, 2.5 → 2";
  EXPECT_EQ(center_crop_offset(253, 112), 70) << "70.5 → 70";
  EXPECT_EQ(center_crop_offset(255, 112), 72) << "71.5 → 72";
}

TEST(ClipTransforms, flip_happens_as_often_as_said_and_mirrors_columns) {
  const torch::Tensor clip = numbered(2, 2, 3);
  int flipped = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    core::Rng rng = core::make_rng({seed});
    const torch::Tensor shown = random_horizontal_flip(0.5)(clip, rng);
    if (shown.equal(clip)) continue;
    EXPECT_TRUE(shown.equal(clip.flip(3)));
    ++flipped;
  }
  EXPECT_NEAR(flipped, 200, 60);
}

TEST(ClipTransforms, one_seed_gives_one_clip_of_the_documents_shape) {
  const torch::Tensor clip = torch::randint(0, 256, {3, 30, 120, 160}).to(torch::kUInt8);
  const ClipTransform transform = training_transform(ClipInput{});
  const auto shown = [&](std::uint64_t seed) {
    core::Rng rng = core::make_rng({seed});
    return transform(clip, rng);
  };
  EXPECT_EQ(shown(1).sizes(), torch::IntArrayRef({3, 10, 112, 112}));
  EXPECT_TRUE(shown(1).equal(shown(1)));
  EXPECT_FALSE(shown(1).equal(shown(2)));
}

TEST(ClipGeometry, scaled_size_rounds_the_longer_side_down) {
  EXPECT_EQ(scaled_size({.width_px = 320, .height_px = 240}, 248).width_px, 330);
  EXPECT_EQ(scaled_size({.width_px = 320, .height_px = 240}, 248).height_px, 248);
  EXPECT_EQ(scaled_size({.width_px = 240, .height_px = 427}, 255).width_px, 255);
  EXPECT_EQ(scaled_size({.width_px = 240, .height_px = 427}, 255).height_px, 453);
}

}  // namespace
}  // namespace vigil::vision
