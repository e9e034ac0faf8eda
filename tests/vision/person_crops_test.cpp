// Pictures of people as a ResNet-50 sees them: each step its own part of its own picture, whoever else is there.
#include "vision/person_crops.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "nets/people_net.h"

namespace vigil::vision {
namespace {

const nets::Resnet50& network() {
  static const nets::Resnet50 made = [] {
    torch::manual_seed(5);
    return nets::Resnet50();
  }();
  return made;
}

// Pictures of noise.
PictureWindow noise() {
  torch::manual_seed(7);
  PictureWindow window;
  for (int k = 0; k < kWindowFrames; ++k) {
    const torch::Tensor rgb = torch::randint(256, {kMotionHeight * kMotionWidth * 3}, torch::kUInt8);
    const auto* bytes = rgb.const_data_ptr<std::uint8_t>();
    window.push_back({.time = core::MediaTime() + kWindowInterval * k,
                      .rgb = std::make_shared<const std::vector<std::uint8_t>>(bytes, bytes + rgb.numel())});
  }
  return window;
}

WindowPerson person_at(const core::Box& shares) {
  WindowPerson person;
  person.path.fill(shares);
  person.sequence.steps[3].values[2] = 0.5F;
  return person;
}

const WindowPerson kLeft = person_at({.left = 0.1F, .top = 0.2F, .width = 0.2F, .height = 0.5F});
const WindowPerson kRight = person_at({.left = 0.6F, .top = 0.1F, .width = 0.4F, .height = 0.9F});

TEST(PersonCrops, a_row_is_the_persons_steps_and_what_each_picture_of_them_shows) {
  PersonCrops crops(network());
  EXPECT_EQ(crops.rows({}, noise()).sizes(), torch::IntArrayRef({0, nets::kPersonCropRow}));
  PictureWindow window = noise();
  const torch::Tensor before = crops.rows({kLeft}, window);
  ASSERT_EQ(before.sizes(), torch::IntArrayRef({1, nets::kPersonCropRow}));
  EXPECT_EQ(before[0][0].item<float>(), nets::kSomebody);
  EXPECT_EQ(nets::steps_of(before)[0][3][2].item<float>(), 0.5F);

  std::vector<std::uint8_t> changed = *window[5].rgb;
  const auto at = [](int x, int y) { return static_cast<std::size_t>(3 * (y * kMotionWidth + x)); };
  changed[at(300, 200)] ^= 0xFF;  // outside
  window[5].rgb = std::make_shared<const std::vector<std::uint8_t>>(changed);
  EXPECT_TRUE(crops.rows({kLeft}, window).equal(before));
  for (int y = 60; y < 100; ++y) changed[at(60, y)] ^= 0xFF;
  window[5].rgb = std::make_shared<const std::vector<std::uint8_t>>(changed);
  const torch::Tensor steps = (nets::crops_of(crops.rows({kLeft}, window)) - nets::crops_of(before)).abs().amax({0, 2});
  for (int k = 0; k < kWindowFrames; ++k) EXPECT_EQ(steps[k].item<float>() > 0, k == 5) << "step " << k;
}

TEST(PersonCrops, neither_the_number_of_threads_nor_the_company_shows) {
  const PictureWindow window = noise();
  const int before = at::get_num_threads();
  at::set_num_threads(1);
  const torch::Tensor alone = PersonCrops(network()).rows({kRight}, window);
  at::set_num_threads(3);
  const torch::Tensor together = PersonCrops(network()).rows({kLeft, kRight, kLeft}, window);
  at::set_num_threads(before);
  EXPECT_TRUE(together[1].equal(alone[0]));
  EXPECT_TRUE(together[0].equal(together[2]));
}

}  // namespace
}  // namespace vigil::vision
