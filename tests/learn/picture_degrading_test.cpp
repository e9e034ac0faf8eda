#include "learn/picture_degrading.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

namespace vigil::learn {
namespace {

using core::Box;

constexpr std::uint8_t kPerson = 250;
constexpr std::uint8_t kGround = 20;

// A person is a bright rectangle on dark ground.
LabelledPicture made_picture(int width, int height, const std::vector<Box>& people) {
  LabelledPicture made{.picture = {.width_px = width, .height_px = height, .bgr = {}}, .boxes = {}};
  made.picture.bgr.assign(3 * static_cast<std::size_t>(width * height), kGround);
  for (const Box& person : people) {
    for (int y = static_cast<int>(person.top); y < static_cast<int>(person.bottom()); ++y) {
      for (int x = static_cast<int>(person.left); x < static_cast<int>(person.right()); ++x) {
        for (int c = 0; c < 3; ++c) made.picture.bgr[static_cast<std::size_t>(3 * (y * width + x) + c)] = kPerson;
      }
    }
    made.boxes.push_back({.box = person});
  }
  return made;
}

int blue_at(const Picture& picture, int x, int y) {
  return picture.bgr[static_cast<std::size_t>(3 * (y * picture.width_px + x))];
}

// Part of the box's pixels that are bright, and of the bright pixels that lie in some box.
struct Cover {
  double of_boxes = 0, of_people = 0;
};

Cover cover_of(const LabelledPicture& seen) {
  double inside = 0, bright_inside = 0, bright = 0;
  for (int y = 0; y < seen.picture.height_px; ++y) {
    for (int x = 0; x < seen.picture.width_px; ++x) {
      const auto fx = static_cast<float>(x) + 0.5F, fy = static_cast<float>(y) + 0.5F;
      const bool boxed = std::ranges::any_of(seen.boxes, [&](const TruthBox& each) {
        return fx >= each.box.left && fx < each.box.right() && fy >= each.box.top && fy < each.box.bottom();
      });
      const bool is_bright = blue_at(seen.picture, x, y) > 180;
      inside += boxed;
      bright += is_bright;
      bright_inside += boxed && is_bright;
    }
  }
  return {.of_boxes = inside > 0 ? bright_inside / inside : 1, .of_people = bright > 0 ? bright_inside / bright : 1};
}

TEST(PictureAugment, boxes_stay_on_the_people_whatever_is_drawn) {
  const std::vector<LabelledPicture> pictures = {
      made_picture(320, 240, {{.left = 40, .top = 50, .width = 40, .height = 100}}),
      made_picture(
          640, 360,
          {{.left = 500, .top = 100, .width = 60, .height = 180}, {.left = 30, .top = 30, .width = 50, .height = 90}}),
      made_picture(200, 300, {{.left = 100, .top = 150, .width = 60, .height = 120}}),
      made_picture(416, 416, {{.left = 300, .top = 20, .width = 80, .height = 200}})};
  int people = 0;
  for (std::uint64_t draw = 0; draw < 60; ++draw) {
    core::Rng rng = core::make_rng({draw});
    const auto shown = draw % 2 == 0 ? std::span(pictures) : std::span(pictures).subspan(draw % 4, 1);
    const auto seen = place(shown, {.side_px = 320, .longer_min_px = 160, .longer_max_px = 640}, rng);
    ASSERT_EQ(seen.picture.bgr.size(), 3U * 320 * 320);
    const Cover cover = cover_of(seen);
    EXPECT_GT(cover.of_boxes, 0.85) << "draw " << draw;
    EXPECT_GT(cover.of_people, 0.9) << "draw " << draw;
    people += static_cast<int>(seen.boxes.size());
  }
  EXPECT_GT(people, 40);
}

TEST(PictureAugment, one_picture_that_fits_lies_in_the_corner_as_it_is_served) {
  const auto picture = made_picture(200, 100, {{.left = 50, .top = 20, .width = 20, .height = 60}});
  core::Rng rng = core::make_rng({1});
  const auto seen = place(std::span(&picture, 1),
                          {.side_px = 416, .longer_min_px = 400, .longer_max_px = 400, .flip_probability = 0}, rng);
  ASSERT_EQ(seen.boxes.size(), 1U);
  EXPECT_EQ(seen.boxes[0].box, (Box{.left = 100, .top = 40, .width = 40, .height = 120}));
  EXPECT_EQ(blue_at(seen.picture, 410, 10), 114);
  EXPECT_EQ(blue_at(seen.picture, 10, 300), 114);
}

TEST(PictureAugment, what_is_cut_to_a_strip_is_no_longer_to_be_found) {
  const auto picture = made_picture(400, 400, {{.left = 0, .top = 0, .width = 400, .height = 400}});
  core::Rng rng = core::make_rng({1});
  const auto seen = place(std::span(&picture, 1),
                          {.side_px = 160, .longer_min_px = 400, .longer_max_px = 400, .flip_probability = 0}, rng);
  ASSERT_EQ(seen.boxes.size(), 1U);
  EXPECT_EQ(seen.boxes[0].kind, TruthKind::kIgnored) << "16 % of it are left";
  EXPECT_EQ(seen.boxes[0].box, (Box{.left = 0, .top = 0, .width = 160, .height = 160}));
}

TEST(PictureAugment, the_same_draw_gives_the_same_picture) {
  const auto picture = made_picture(320, 240, {{.left = 40, .top = 50, .width = 40, .height = 100}});
  const auto draw = [&](std::uint64_t seed) {
    core::Rng rng = core::make_rng({seed});
    auto seen = place(std::span(&picture, 1), {.side_px = 160, .longer_min_px = 100, .longer_max_px = 400}, rng);
    degrade(seen.picture, draw_degradation(rng), rng);
    return seen.picture.bgr;
  };
  EXPECT_EQ(draw(5), draw(5));
  EXPECT_NE(draw(5), draw(6));
}

TEST(PictureAugment, degradation_does_what_it_says) {
  const auto clean = made_picture(64, 64, {{.left = 16, .top = 16, .width = 32, .height = 32}}).picture;
  core::Rng rng = core::make_rng({1});
  const auto degraded = [&](const Degradation& how) {
    Picture picture = clean;
    degrade(picture, how, rng);
    return picture;
  };
  const auto spread = [](const Picture& picture) {  // of the ground, in a corner
    double sum = 0, squares = 0;
    for (int i = 0; i < 64; ++i) {
      const double value = blue_at(picture, i % 8, i / 8);
      sum += value;
      squares += value * value;
    }
    return std::sqrt(std::max(0.0, squares / 64 - sum * sum / 64 / 64));
  };
  EXPECT_EQ(degraded({}).bgr, clean.bgr);
  EXPECT_NEAR(blue_at(degraded({.light = 0.5}), 32, 32), kPerson / 2, 1);
  EXPECT_GT(spread(degraded({.noise_sigma = 8})), 4);
  const auto across_the_edge = [](const Picture& picture) { return blue_at(picture, 16, 32) - blue_at(picture, 15, 32); };
  EXPECT_LT(across_the_edge(degraded({.blur_sigma_px = 1.5})), across_the_edge(clean) / 2);
  EXPECT_LT(across_the_edge(degraded({.shrink = 2.5})), across_the_edge(clean));
  EXPECT_LT(spread(degraded({.noise_sigma = 8, .block_step = 24})), 0.8 * spread(degraded({.noise_sigma = 8})))
      << "coarse blocks swallow what is fine";
}

}  // namespace
}  // namespace vigil::learn
