#include "vision/window_augment.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <span>

#include <opencv2/imgproc.hpp>

namespace vigil::vision {
namespace {

std::array<std::uint8_t, 256> exposure_table(const WindowChange& change) {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double value = std::pow(static_cast<double>(i) / 255, change.gamma);
    table[i] = static_cast<std::uint8_t>(std::lround(std::clamp((value - 0.5) * change.contrast + 0.5, 0.0, 1.0) * 255));
  }
  return table;
}

cv::Rect crop_of(const WindowChange& change) {
  const int width = std::max(1, static_cast<int>(kMotionWidth * change.crop_width));
  const int height = std::max(1, static_cast<int>(kMotionHeight * change.crop_height));
  return {static_cast<int>(change.crop_x * (kMotionWidth - width)),
          static_cast<int>(change.crop_y * (kMotionHeight - height)), width, height};
}

void add_noise(cv::Mat& picture, double sigma, core::Rng& rng) {
  for (std::uint8_t& value : std::span(picture.data, picture.total() * picture.elemSize())) {
    value = cv::saturate_cast<std::uint8_t>(value + sigma * core::normal(rng));
  }
}

}  // namespace

WindowChange draw_change(core::Rng& rng) {
  WindowChange change;
  change.speed = std::exp(core::uniform(rng, -0.15, 0.15));
  change.crop_height = core::uniform(rng, 0.7, 1.0);
  change.crop_width = change.crop_height * core::uniform(rng, 0.93, 1.0);
  change.crop_x = core::uniform(rng, 0, 1);
  change.crop_y = core::uniform(rng, 0, 1);
  change.gamma = std::exp(core::uniform(rng, -0.35, 0.35));
  change.contrast = core::uniform(rng, 0.75, 1.25);
  change.low_resolution = core::chance(rng, 0.3);
  change.blur_sigma_px = core::chance(rng, 0.3) ? core::uniform(rng, 0.5, 1.2) : 0;
  change.noise_sigma = core::chance(rng, 0.5) ? core::uniform(rng, 0, 5) : 0;
  change.mirrored = core::chance(rng, 0.5);
  return change;
}

PictureWindow apply(const WindowChange& change, const PictureWindow& window, core::Rng& rng) {
  const std::array<std::uint8_t, 256> exposure = exposure_table(change);
  const cv::Mat table(1, 256, CV_8UC1, const_cast<std::uint8_t*>(exposure.data()));
  const cv::Rect crop = crop_of(change);

  PictureWindow out;
  std::map<const void*, std::shared_ptr<const std::vector<std::uint8_t>>> done;  // a picture shown twice stays the same
  for (const TimedPicture& picture : window) {
    auto& pixels = done[picture.rgb.get()];
    if (!pixels) {
      const cv::Mat source(kMotionHeight, kMotionWidth, CV_8UC3, const_cast<std::uint8_t*>(picture.rgb->data()));
      cv::Mat seen = source(crop);
      if (change.low_resolution) cv::resize(seen, seen, {176, 132}, 0, 0, cv::INTER_AREA);
      cv::Mat full;
      cv::resize(seen, full, {kMotionWidth, kMotionHeight}, 0, 0, cv::INTER_LINEAR);
      if (change.blur_sigma_px > 0) cv::GaussianBlur(full, full, {}, change.blur_sigma_px);
      cv::LUT(full, table, full);
      if (change.noise_sigma > 0) add_noise(full, change.noise_sigma, rng);
      if (change.mirrored) cv::flip(full, full, 1);
      pixels = std::make_shared<const std::vector<std::uint8_t>>(full.data, full.data + full.total() * full.elemSize());
    }
    const auto time = static_cast<std::int64_t>(static_cast<double>(picture.time.us()) / change.speed);
    out.push_back({.time = core::MediaTime::from_us(time), .rgb = pixels});
  }
  return out;
}

}  // namespace vigil::vision
