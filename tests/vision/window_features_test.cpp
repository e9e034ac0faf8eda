#include "vision/window_features.h"

#include <cmath>

#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "media/clip_sampler.h"
#include "media/nearest_frames.h"
#include "support/make_media.h"

namespace vigil::vision {
namespace {

using core::MediaTime;

nets::ResnetTrunk make_trunk() {
  torch::manual_seed(5);
  return nets::ResnetTrunk();
}

// What it is made from: the pictures of a moving test card.
const PictureWindow& pictures() {
  static const PictureWindow all = [] {
    const auto video =
        test::make_media("features.mkv", "-f lavfi -i testsrc2=rate=16:duration=4:size=320x240 -pix_fmt yuv420p -c:v ffv1");
    const auto sampler = media::ClipSampler::open(
        video.string(),
        {.source = {.size = media::ExactSize{kMotionWidth, kMotionHeight}, .format = media::PixelFormat::kRgb24}});
    const auto frames = (*sampler)->all(MediaTime(), MediaTime::max());
    PictureWindow out;
    for (const media::Frame& frame : *frames) out.push_back(to_picture(frame));
    return out;
  }();
  return all;
}

PictureWindow window_at(double begin_s) {
  std::vector<MediaTime> times;
  for (const TimedPicture& picture : pictures()) times.push_back(picture.time);
  PictureWindow window;
  for (const std::size_t i : media::nearest_frames(times, MediaTime::from_seconds(begin_s),
                                                   {.interval = kWindowInterval, .count = kWindowFrames})) {
    window.push_back(pictures()[i]);
  }
  return window;
}

class Threads {
 public:
  explicit Threads(int count) { at::set_num_threads(count); }
  ~Threads() { at::set_num_threads(before_); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

 private:
  int before_ = at::get_num_threads();
};

TEST(WindowFeatures, windows_of_one_call_give_what_each_gives_alone) {
  WindowFeatures features(make_trunk());
  const std::vector<PictureWindow> windows = {window_at(0), window_at(0.5), window_at(1.9), window_at(0.5)};
  const torch::Tensor together = features.compute(windows);
  ASSERT_EQ(together.sizes(), torch::IntArrayRef({4, kWindowFeatures}));
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const torch::Tensor alone = features.compute({windows[i]})[0];
    EXPECT_LT((together[static_cast<std::int64_t>(i)] - alone).abs().max().item<double>(), 1e-6) << "window " << i;
  }
  EXPECT_GT((together[0] - together[2]).abs().max().item<double>(), 1e-2) << "windows that differ";
}

TEST(WindowFeatures, number_of_threads_does_not_show) {
  const nets::ResnetTrunk trunk = make_trunk();
  const auto with = [&](int threads) {
    const Threads chosen(threads);
    return WindowFeatures(trunk).compute({window_at(0), window_at(1)});  // its own: one that ran before knows the pictures
  };
  const torch::Tensor one = with(1);
  for (const int threads : {2, 4}) EXPECT_TRUE(one.equal(with(threads))) << threads;
}

TEST(WindowFeatures, a_still_picture_has_the_floor_of_change) {
  PictureWindow still(kWindowFrames, pictures().front());
  for (int i = 0; i < kWindowFrames; ++i) still[static_cast<std::size_t>(i)].time = MediaTime() + kWindowInterval * i;
  const torch::Tensor row = WindowFeatures(make_trunk()).compute({still})[0];
  const torch::Tensor change = row.narrow(0, kMotionDescriptorSize, kWindowFeatures - kMotionDescriptorSize);
  EXPECT_LT((change - std::log(1e-2)).abs().max().item<double>(), 1e-4);
}

TEST(WindowFeatures, nothing_gives_no_rows) {
  EXPECT_EQ(WindowFeatures(make_trunk()).compute({}).sizes(), torch::IntArrayRef({0, kWindowFeatures}));
}

}  // namespace
}  // namespace vigil::vision
