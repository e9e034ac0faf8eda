#include "learn/picture_degrading.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace vigil::learn {
namespace {

constexpr int kBlock = 8;

cv::Mat pixels_of(Picture& picture) { return {picture.height_px, picture.width_px, CV_8UC3, picture.bgr.data()}; }

void expose(cv::Mat& pixels, const Degradation& how) {
  cv::Mat table(1, 256, CV_8UC3);
  for (int level = 0; level < 256; ++level) {
    const double curved = (std::pow(level / 255.0, how.gamma) - 0.5) * how.contrast + 0.5;
    for (int c = 0; c < 3; ++c) {
      const double value = std::clamp(curved * how.gains[c], 0.0, 1.0) * how.light * 255;
      table.at<cv::Vec3b>(0, level)[c] = cv::saturate_cast<std::uint8_t>(value);
    }
  }
  cv::LUT(pixels, table, pixels);
}

void make_grey(cv::Mat& pixels) {
  cv::Mat grey;
  cv::cvtColor(pixels, grey, cv::COLOR_BGR2GRAY);
  cv::cvtColor(grey, pixels, cv::COLOR_GRAY2BGR);
}

void shrink_and_grow(cv::Mat& pixels, double factor) {
  cv::Mat small;
  cv::resize(pixels, small, {}, 1 / factor, 1 / factor, cv::INTER_AREA);
  cv::resize(small, pixels, pixels.size(), 0, 0, cv::INTER_LINEAR);
}

void add_noise(cv::Mat& pixels, double sigma, core::Rng& rng) {
  cv::RNG fast(rng());
  cv::Mat noise(pixels.size(), CV_16SC3);
  fast.fill(noise, cv::RNG::NORMAL, 0, sigma);
  cv::add(pixels, noise, pixels, cv::noArray(), CV_8UC3);
}

// Each 8×8 block's cosine transform, rounded: coarser where the frequency is higher.
void quantise_blocks(cv::Mat& pixels, int step) {
  cv::Mat values;
  pixels.convertTo(values, CV_32FC3);
  std::array<cv::Mat, 3> planes;
  cv::split(values, planes.data());
  cv::Mat steps(kBlock, kBlock, CV_32F);
  for (int y = 0; y < kBlock; ++y) {
    for (int x = 0; x < kBlock; ++x) steps.at<float>(y, x) = static_cast<float>(step * (1 + x + y)) / 2;
  }
  cv::Mat block;
  for (cv::Mat& plane : planes) {
    for (int y = 0; y + kBlock <= plane.rows; y += kBlock) {
      for (int x = 0; x + kBlock <= plane.cols; x += kBlock) {
        cv::Mat part = plane(cv::Rect(x, y, kBlock, kBlock));
        cv::dct(part, block);
        for (int i = 0; i < kBlock * kBlock; ++i) {
          float& value = block.ptr<float>()[i];
          const float size = steps.ptr<float>()[i];
          value = std::round(value / size) * size;
        }
        cv::idct(block, part);
      }
    }
  }
  cv::merge(planes.data(), planes.size(), values);
  values.convertTo(pixels, CV_8UC3);
}

}  // namespace

Degradation draw_degradation(core::Rng& rng) {
  const auto sometimes = [&](double probability, double low, double high, double otherwise) {
    return core::chance(rng, probability) ? core::uniform(rng, low, high) : otherwise;
  };
  Degradation how;
  how.gamma = std::exp(core::uniform(rng, -0.4, 0.4));
  how.contrast = core::uniform(rng, 0.75, 1.25);
  for (double& gain : how.gains) gain = core::uniform(rng, 0.9, 1.1);
  how.grey = core::chance(rng, 0.1);
  how.light = sometimes(0.15, 0.2, 0.6, 1);
  how.blur_sigma_px = sometimes(0.25, 0.4, 1.6, 0);
  how.shrink = sometimes(0.2, 1.3, 2.5, 1);
  how.noise_sigma = sometimes(0.3, 1, 10, 0);
  how.block_step = static_cast<int>(sometimes(0.3, 4, 25, 0));
  return how;
}

void degrade(Picture& picture, const Degradation& how, core::Rng& rng) {
  cv::Mat pixels = pixels_of(picture);
  if (how.grey) make_grey(pixels);
  if (how.blur_sigma_px > 0) cv::GaussianBlur(pixels, pixels, {}, how.blur_sigma_px);
  if (how.shrink > 1) shrink_and_grow(pixels, how.shrink);
  expose(pixels, how);
  if (how.noise_sigma > 0) add_noise(pixels, how.noise_sigma, rng);
  if (how.block_step > 0) quantise_blocks(pixels, how.block_step);
}

}  // namespace vigil::learn
