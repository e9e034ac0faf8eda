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

// A picture whose left half is noise that is new each time, and whose right half stands still.
PictureWindow half_moving() {
  torch::manual_seed(2);
  PictureWindow window;
  for (int i = 0; i < kWindowFrames; ++i) {
    torch::Tensor rgb = torch::full({kMotionHeight, kMotionWidth, 3}, 90, torch::kUInt8);
    const torch::Tensor coarse = torch::randint(0, 255, {1, 1, 12, 8}).to(torch::kFloat32);
    const torch::Tensor noise = torch::upsample_nearest2d(coarse, {kMotionHeight, kMotionWidth / 2})[0][0].to(torch::kUInt8);
    rgb.narrow(1, 0, kMotionWidth / 2).copy_(noise.unsqueeze(2).expand({-1, -1, 3}));
    const auto* bytes = rgb.data_ptr<std::uint8_t>();
    window.push_back({.time = MediaTime() + kWindowInterval * i,
                      .rgb = std::make_shared<const std::vector<std::uint8_t>>(bytes, bytes + rgb.numel())});
  }
  return window;
}

WindowFeatures::RegionPath standing(const core::Box& box) {
  WindowFeatures::RegionPath path;
  path.fill(box);
  return path;
}

TEST(WindowFeatures, a_region_tells_of_its_own_part_only) {
  WindowFeatures features(make_trunk());
  const PictureWindow window = half_moving();
  features.compute({window});
  const torch::Tensor rows =
      features.compute_regions(window, {standing({.left = 0.05F, .top = 0.1F, .width = 0.3F, .height = 0.8F}),
                                        standing({.left = 0.65F, .top = 0.1F, .width = 0.3F, .height = 0.8F})});
  ASSERT_EQ(rows.size(0), 2);
  EXPECT_TRUE(torch::isfinite(rows).all().item<bool>());
  const auto change = [&](int row) {
    return rows[row].narrow(0, kMotionDescriptorSize, nets::ResnetTrunkImpl::kMaps).mean().item<double>();
  };
  const auto speed = [&](int row) { return rows[row].narrow(0, 24, 4).mean().item<double>(); };
  EXPECT_GT(change(0), change(1) + 1) << "logarithms";
  EXPECT_GT(speed(0), speed(1) + 1);
}

TEST(WindowFeatures, regions_do_not_depend_on_threads_or_on_each_other) {
  const std::vector<WindowFeatures::RegionPath> paths = {
      standing({.left = 0.1F, .top = 0.1F, .width = 0.4F, .height = 0.5F}),
      standing({.left = 0.9F, .top = 0.9F, .width = 0.3F, .height = 0.3F}),
      standing({.left = -1, .top = -1, .width = 0.5F, .height = 0.5F})};
  std::vector<torch::Tensor> of_threads;
  for (const int threads : {1, 2}) {
    const Threads set(threads);
    WindowFeatures features(make_trunk());
    features.compute({window_at(0.5)});
    of_threads.push_back(features.compute_regions(window_at(0.5), paths));
    for (std::int64_t i = 0; i < 3; ++i) {
      const torch::Tensor alone = features.compute_regions(window_at(0.5), {paths[static_cast<std::size_t>(i)]})[0];
      EXPECT_TRUE(torch::equal(alone, of_threads.back()[i]));
    }
  }
  EXPECT_TRUE(torch::equal(of_threads[0], of_threads[1]));
  EXPECT_TRUE(torch::isfinite(of_threads[0]).all().item<bool>()) << "also outside the picture";
}

}  // namespace
}  // namespace vigil::vision
