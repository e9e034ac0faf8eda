#include "vision/motion_descriptor.h"

#include <cmath>

#include <gtest/gtest.h>

namespace vigil::vision {
namespace {

// A textured scene with a textured block that moves and jumps.
GreyFrame scene(int step) {
  const auto texture = [](double x, double y) {
    return 128 + 60 * std::sin(x * 0.21) * std::cos(y * 0.17) + 40 * std::sin((x + 2 * y) * 0.05);
  };
  const int left = 60 + 4 * step + (step % 3 == 0 ? 12 : 0);
  const int top = 80 + 3 * (step * step % 7);
  GreyFrame frame;
  for (int y = 0; y < kMotionHeight; ++y) {
    for (int x = 0; x < kMotionWidth; ++x) {
      const bool inside = x >= left && x < left + 90 && y >= top && y < top + 100;
      const double value = inside ? texture((x - left) * 1.7 + 31, (y - top) * 1.3 + 17) : texture(x, y);
      frame.push_back(static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0)));
    }
  }
  return frame;
}

std::array<float, kMotionDescriptorSize> describe(const std::vector<GreyFrame>& frames, const std::vector<double>& seconds) {
  DenseFlow dense_flow;
  std::vector<PairMotion> pairs;
  FlowField previous;
  for (std::size_t i = 1; i < frames.size(); ++i) {
    FlowField flow = dense_flow.between(frames[i - 1], frames[i], seconds[i] - seconds[i - 1]);
    pairs.push_back(summarise(flow, i > 1 ? &previous : nullptr));
    previous = std::move(flow);
  }
  return describe_motion(pairs);
}

// Made by an independent implementation in Python with numpy and OpenCV 4.10 from the same formula.
constexpr std::array<float, kMotionDescriptorSize> kReference = {
    -0.12880F, -4.21887F, -3.15854F, -2.94040F, -4.14767F, -6.90776F, -6.90776F, -6.90776F, -0.14302F, -4.30919F, -3.79845F,
    -2.99474F, -3.17862F, -4.44634F, -6.90776F, -6.90776F, -0.05779F, -3.71648F, -3.72048F, -4.70438F, -5.63924F, -6.90776F,
    -6.90776F, -6.90776F, -1.30286F, -1.31509F, -1.49917F, -3.42929F, -0.87113F, -0.88384F, -1.07129F, -2.99370F, -2.93456F,
    -2.99566F, -3.29120F, -5.08480F, -3.08861F, -3.25783F, -3.70202F, -5.44219F, -3.12106F, -3.26231F, -3.70990F, -5.45565F,
    -1.64512F, -1.72195F, -1.87647F, -3.77722F, -0.56518F, -0.57019F, -0.06077F, -0.06790F, -2.20703F, -2.23639F, -2.30743F,
    -2.51693F, -2.24153F, -2.37875F, -1.35307F, -1.40616F, -1.33557F, -1.36948F, -1.61510F, -3.42929F, -0.90563F, -0.92747F,
    -1.15719F, -2.99370F, -3.22007F, -3.30801F, -3.59532F, -5.08480F, -3.71949F, -3.84519F, -4.02425F, -5.44219F, -3.42555F,
    -3.56373F, -3.98458F, -5.45565F, -1.77703F, -1.80959F, -2.00119F, -3.77722F, -1.73781F, -1.78730F, -1.90887F, -3.59162F,
    -1.30085F, -1.33378F, -1.48581F, -3.20058F, -3.34594F, -3.37953F, -3.53099F, -4.94943F, -3.43636F, -3.63170F, -3.85587F,
    -5.25560F, -3.43685F, -3.55213F, -3.87136F, -5.26864F, -2.48931F, -2.53551F, -2.65855F, -4.18643F, -5.17773F, -5.65293F,
    -6.20469F, -6.78382F, -5.54201F, -5.65348F, -6.13640F, -6.76155F, -1.50911F, -1.53203F, -1.79532F, -3.63666F, -1.86902F,
    -1.89818F, -2.07988F, -3.99057F,
};

TEST(MotionDescriptor, equals_the_independent_reference) {
  std::vector<GreyFrame> frames;
  std::vector<double> seconds;
  for (int step = 0; step < 16; ++step) {
    frames.push_back(scene(step));
    seconds.push_back(0.125 * step);
  }
  frames[5] = frames[4];  // a repeated frame
  seconds[5] = seconds[4];
  seconds[9] += 0.02;  // a late one

  const auto descriptor = describe(frames, seconds);
  for (std::size_t i = 0; i < descriptor.size(); ++i) EXPECT_NEAR(descriptor[i], kReference[i], 2e-3) << "value " << i;
}

TEST(MotionDescriptor, a_still_scene_has_the_floor_everywhere_but_in_the_lowest_bins) {
  const std::vector<GreyFrame> frames(16, scene(0));
  std::vector<double> seconds;
  for (int step = 0; step < 16; ++step) seconds.push_back(0.125 * step);
  const auto descriptor = describe(frames, seconds);
  for (std::size_t i = 0; i < descriptor.size(); ++i) {
    const bool lowest_bin = i < 24 && i % 8 == 0;
    EXPECT_NEAR(descriptor[i], std::log((lowest_bin ? 1 : 0) + 1e-3), 0.2) << "value " << i;
  }
}

TEST(MotionDescriptor, the_same_motion_at_half_the_frame_rate_has_half_the_speed) {
  std::vector<GreyFrame> frames;
  std::vector<double> fast;
  std::vector<double> slow;
  for (int step = 0; step < 16; ++step) {
    frames.push_back(scene(step));
    fast.push_back(0.125 * step);
    slow.push_back(0.25 * step);
  }
  constexpr std::size_t kMeanSpeedOfStrongestCells = 24;
  const double ratio = std::exp(describe(frames, fast)[kMeanSpeedOfStrongestCells]) /
                       std::exp(describe(frames, slow)[kMeanSpeedOfStrongestCells]);
  EXPECT_NEAR(ratio, 2, 0.02);
}

}  // namespace
}  // namespace vigil::vision
