#include "vision/person_picture.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace vigil::vision {
namespace {

using core::KeyPoint;

constexpr int kWidth = 64, kHeight = 128;  // compared at one size, so that large pictures do not seem blurred

cv::Mat grey_of(const media::Frame& crop) {
  const media::Plane plane = crop.plane(0);
  const bool rgb = crop.format() == media::PixelFormat::kRgb24;
  const cv::Mat view(plane.height_px, plane.width_px, rgb ? CV_8UC3 : CV_8UC1, const_cast<std::uint8_t*>(plane.data),
                     static_cast<std::size_t>(plane.stride_bytes));
  cv::Mat grey;
  if (rgb) {
    cv::cvtColor(view, grey, cv::COLOR_RGB2GRAY);
  } else {
    grey = view;
  }
  return grey;
}

double sharpness_of(const cv::Mat& grey) {
  cv::Mat fitted, edges;
  cv::resize(grey, fitted, {kWidth, kHeight}, 0, 0, grey.rows > kHeight ? cv::INTER_AREA : cv::INTER_LINEAR);
  cv::Laplacian(fitted, edges, CV_32F);
  cv::Scalar mean, contrast, edge_mean, edge_deviation;
  cv::meanStdDev(fitted, mean, contrast);
  cv::meanStdDev(edges, edge_mean, edge_deviation);
  const double relative = edge_deviation[0] / std::max(contrast[0], 1.0);
  return relative / (1 + relative);
}

}  // namespace

double PictureQuality::worth() const { return std::log2(std::max(height_px, 1.0)) * (0.5 + sharpness) * (0.5 + facing); }

double facing_of(const core::Pose& pose) {
  const double front = (pose[KeyPoint::kNose].score + pose[KeyPoint::kLeftEye].score + pose[KeyPoint::kRightEye].score) / 3;
  // Seen from the front, the person's left is on the picture's right.
  const bool shoulders_face = pose[KeyPoint::kLeftShoulder].x > pose[KeyPoint::kRightShoulder].x;
  return std::clamp(0.7 * front + (shoulders_face ? 0.3 : 0.0), 0.0, 1.0);
}

core::Result<PictureQuality> judge_picture(const media::Frame& crop, const core::Box& box,
                                           const std::optional<core::Pose>& pose) {
  if (!crop.valid()) return core::fail(core::ErrorCode::kInvalidArgument, "no picture of a person to judge");
  PictureQuality view{.height_px = box.height, .sharpness = sharpness_of(grey_of(crop))};
  if (pose) view.facing = facing_of(*pose);
  return view;
}

}  // namespace vigil::vision
