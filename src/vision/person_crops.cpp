#include "vision/person_crops.h"

#include <algorithm>
#include <cmath>

#include <ATen/Parallel.h>
#include <opencv2/imgproc.hpp>

#include "core/check.h"
#include "nets/people_net.h"
#include "nn/single_thread.h"

namespace vigil::vision {
namespace {

constexpr int kCropWidth = 96;
constexpr int kCropHeight = 128;

// Whole pixels that the part touches, at least one.
cv::Rect pixels_of(const core::Box& shares) {
  const int left = std::clamp(static_cast<int>(std::floor(shares.left * kMotionWidth)), 0, kMotionWidth - 1);
  const int top = std::clamp(static_cast<int>(std::floor(shares.top * kMotionHeight)), 0, kMotionHeight - 1);
  const int right = std::clamp(static_cast<int>(std::ceil(shares.right() * kMotionWidth)), left + 1, kMotionWidth);
  const int bottom = std::clamp(static_cast<int>(std::ceil(shares.bottom() * kMotionHeight)), top + 1, kMotionHeight);
  return {left, top, right - left, bottom - top};
}

void cut_out(const TimedPicture& picture, const core::Box& shares, std::uint8_t* rgb) {
  VIGIL_CHECK(picture.rgb->size() == std::size_t{3} * kMotionWidth * kMotionHeight, "size of a window's picture");
  // OpenCV's wrapper wants a mutable pointer even where it only reads.
  const cv::Mat whole(kMotionHeight, kMotionWidth, CV_8UC3, const_cast<std::uint8_t*>(picture.rgb->data()));
  const cv::Mat part = whole(pixels_of(shares));
  const bool shrinks = part.cols >= kCropWidth && part.rows >= kCropHeight;
  cv::Mat out(kCropHeight, kCropWidth, CV_8UC3, rgb);
  cv::resize(part, out, out.size(), 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
}

}  // namespace

PersonCrops::PersonCrops(nets::Resnet50 network) : network_(std::move(network)) {}
PersonCrops::~PersonCrops() = default;

torch::Tensor PersonCrops::rows(const std::vector<WindowPerson>& people, const PictureWindow& window) {
  VIGIL_CHECK(window.size() == kWindowFrames, "pictures in a window");
  const auto count = static_cast<std::int64_t>(people.size());
  torch::Tensor rows = torch::empty({count, nets::kPersonCropRow});
  frozen_.resize(std::max(frozen_.size(), static_cast<std::size_t>(at::get_num_threads())));
  at::parallel_for(0, count, 1, [&](std::int64_t begin, std::int64_t end) {
    const c10::InferenceMode inference;
    const nn::SingleThread alone;
    for (std::int64_t i = begin; i < end; ++i) {
      const WindowPerson& person = people[static_cast<std::size_t>(i)];
      torch::Tensor row = rows[i];
      write_steps(person, row);
      row.narrow(0, 1 + nets::kPersonSequence, nets::kPersonCrops).copy_(looks(person, window).reshape({-1}));
    }
  });
  return rows;
}

// Each person by itself on one thread, so that the last digits do not depend on how many there are.
torch::Tensor PersonCrops::looks(const WindowPerson& person, const PictureWindow& window) {
  auto& own = frozen_[static_cast<std::size_t>(at::get_thread_num())];
  if (!own) own = std::make_unique<nets::FrozenResnet50>(*network_);
  torch::Tensor pictures = torch::empty({kWindowFrames, kCropHeight, kCropWidth, 3}, torch::kUInt8);
  for (std::size_t k = 0; k < window.size(); ++k) {
    cut_out(window[k], person.path[k], pictures[static_cast<std::int64_t>(k)].data_ptr<std::uint8_t>());
  }
  return own->forward(nets::to_trunk_input(pictures));
}

}  // namespace vigil::vision
