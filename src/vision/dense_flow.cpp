#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

#include "core/check.h"
#include "vision/motion_descriptor.h"

namespace vigil::vision {
namespace {

constexpr std::size_t kPixels = static_cast<std::size_t>(kMotionWidth) * kMotionHeight;
constexpr std::size_t kZoomPixels = static_cast<std::size_t>(kZoomWidth) * kZoomHeight;
constexpr double kSameFrameSeconds = 1e-3;
constexpr double kShortestSeconds = 0.05;  // jittering timestamps must not turn into speed

// OpenCV's wrapper types want mutable pointers even where they only read.
cv::Mat grey_view(const GreyFrame& frame) {
  VIGIL_CHECK(frame.size() == kPixels, "size of a grey frame");
  return {kMotionHeight, kMotionWidth, CV_8UC1, const_cast<std::uint8_t*>(frame.data())};
}

// The median of one component over every 7th pixel: what a moving camera adds everywhere.
float median_component(const cv::Mat2f& flow, int component) {
  std::vector<float> values;
  values.reserve(kPixels / 7 + 1);
  const float* data = flow.ptr<float>();
  for (std::size_t i = 0; i < kPixels; i += 7) values.push_back(data[2 * i + static_cast<std::size_t>(component)]);
  static_assert((kPixels + 6) / 7 % 2 == 0);
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

// Bins of physical size: below 0.05, 0.1 … above 3.2 frame heights per second. `scale` is a power of two.
void histogram(const cv::Mat1f& values, float scale, float* bins) {
  const auto unit = 1.0F / static_cast<float>(values.total());
  auto rest = static_cast<int>(values.total());
  float edge = 0.05F / scale;
  for (int bin = 0; bin < PairMotion::kBins; ++bin, edge *= 2) {
    const int above = bin + 1 < PairMotion::kBins ? cv::countNonZero(values >= edge) : 0;
    // One by one: the classifiers were trained on sums that are rounded so.
    for (; rest > above; --rest) bins[bin] += unit;
  }
}

cv::Mat1f magnitude(const cv::Mat2f& field) {
  cv::Mat planes[2];
  cv::split(field, planes);
  cv::Mat1f out;
  cv::magnitude(planes[0], planes[1], out);
  return out;
}

cv::Mat2f flow_view(const FlowField& field) {
  return {field.height, field.width, reinterpret_cast<cv::Vec2f*>(const_cast<float*>(field.xy.data()))};
}

cv::Rect pixels_in(const FlowField& field, const core::Box& part) {
  const int left = std::clamp(static_cast<int>(std::floor(part.left)), 0, field.width - 1);
  const int top = std::clamp(static_cast<int>(std::floor(part.top)), 0, field.height - 1);
  const int right = std::clamp(static_cast<int>(std::ceil(part.right())), left + 1, field.width);
  const int bottom = std::clamp(static_cast<int>(std::ceil(part.bottom())), top + 1, field.height);
  return {left, top, right - left, bottom - top};
}

int zoom_method(const cv::Rect& inside) { return inside.height > kZoomHeight ? cv::INTER_AREA : cv::INTER_LINEAR; }

void to_cells(const cv::Mat1f& field, std::array<float, PairMotion::kCells>& cells) {
  cv::Mat1f grid(12, 16, cells.data());
  cv::resize(field, grid, grid.size(), 0, 0, cv::INTER_AREA);
}

}  // namespace

struct DenseFlow::Impl {
  cv::Ptr<cv::DISOpticalFlow> dis = cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_FAST);
};

DenseFlow::DenseFlow() : impl_(std::make_unique<Impl>()) {}
DenseFlow::~DenseFlow() = default;

FlowField DenseFlow::between(const GreyFrame& first, const GreyFrame& second, double seconds) {
  FlowField field{.xy = std::vector<float>(2 * kPixels), .change = std::vector<float>(kPixels)};
  cv::Mat change;
  cv::absdiff(grey_view(first), grey_view(second), change);
  cv::Mat1f change_out(kMotionHeight, kMotionWidth, field.change.data());
  change.convertTo(change_out, CV_32F, 1.0 / 255);
  if (seconds <= kSameFrameSeconds) return field;

  cv::Mat2f flow(kMotionHeight, kMotionWidth, reinterpret_cast<cv::Vec2f*>(field.xy.data()));
  cv::Mat computed;
  impl_->dis->calc(grey_view(first), grey_view(second), computed);
  computed.copyTo(flow);
  const float x = median_component(flow, 0);
  const float y = median_component(flow, 1);
  const auto scale = static_cast<float>(1.0 / (kMotionHeight * std::max(seconds, kShortestSeconds)));
  for (std::size_t i = 0; i < kPixels; ++i) {
    field.xy[2 * i] = (field.xy[2 * i] - x) * scale;
    field.xy[2 * i + 1] = (field.xy[2 * i + 1] - y) * scale;
  }
  return field;
}

FlowField zoom_flow(const FlowField& field, const core::Box& part) {
  const cv::Rect inside = pixels_in(field, part);
  FlowField out{.width = kZoomWidth, .height = kZoomHeight, .xy = std::vector<float>(2 * kZoomPixels), .change = {}};
  cv::Mat2f flow = flow_view(out);
  cv::resize(flow_view(field)(inside), flow, flow.size(), 0, 0, zoom_method(inside));
  flow *= static_cast<float>(field.height) / static_cast<float>(inside.height);
  return out;
}

FlowField zoom(const FlowField& field, const core::Box& part) {
  const cv::Rect inside = pixels_in(field, part);
  FlowField out = zoom_flow(field, part);
  out.change.resize(kZoomPixels);
  cv::Mat1f change(kZoomHeight, kZoomWidth, out.change.data());
  const cv::Mat1f all_change(field.height, field.width, const_cast<float*>(field.change.data()));
  cv::resize(all_change(inside), change, change.size(), 0, 0, zoom_method(inside));
  return out;
}

PairMotion summarise(const FlowField& field, const FlowField* previous) {
  const cv::Mat2f flow = flow_view(field);
  const cv::Mat1f speed = magnitude(flow);
  const cv::Mat1f acceleration =
      previous ? magnitude(cv::Mat2f(flow - flow_view(*previous))) : cv::Mat1f::zeros(field.height, field.width);

  // Gradients on a quarter of the resolution: differences of raw flow are mostly noise of the algorithm.
  cv::Mat2f coarse = flow;
  if (flow.cols != 80) cv::resize(flow, coarse, {80, 60}, 0, 0, cv::INTER_AREA);
  cv::Mat1f gradient(60, 80, 0.0F);
  cv::Mat1f divergence(60, 80, 0.0F);
  cv::Mat1f curl(60, 80, 0.0F);
  for (int y = 0; y < 60; ++y) {
    for (int x = 0; x < 80; ++x) {
      const cv::Vec2f dx = x + 1 < 80 ? coarse(y, x + 1) - coarse(y, x) : cv::Vec2f(0, 0);
      const cv::Vec2f dy = y + 1 < 60 ? coarse(y + 1, x) - coarse(y, x) : cv::Vec2f(0, 0);
      gradient(y, x) = static_cast<float>(std::sqrt(dx.dot(dx) + dy.dot(dy)));
      divergence(y, x) = std::abs(dx[0] + dy[1]);
      curl(y, x) = std::abs(dx[1] - dy[0]);
    }
  }
  cv::Mat1f coarse_speed = speed;
  if (speed.cols != 80) cv::resize(speed, coarse_speed, {80, 60}, 0, 0, cv::INTER_AREA);

  PairMotion motion;
  histogram(speed, 1, motion.histograms.data());
  histogram(acceleration, 1, motion.histograms.data() + PairMotion::kBins);
  histogram(gradient, 2, motion.histograms.data() + 2 * PairMotion::kBins);
  cv::Mat components[2];
  cv::split(flow, components);
  const cv::Mat1f change(field.height, field.width, const_cast<float*>(field.change.data()));
  to_cells(speed, motion.cells[PairMotion::kSpeed]);
  to_cells(acceleration, motion.cells[PairMotion::kAcceleration]);
  to_cells(gradient, motion.cells[PairMotion::kGradient]);
  to_cells(divergence, motion.cells[PairMotion::kDivergence]);
  to_cells(curl, motion.cells[PairMotion::kCurl]);
  to_cells(change, motion.cells[PairMotion::kGreyChange]);
  to_cells(components[0], motion.cells[PairMotion::kFlowX]);
  to_cells(components[1], motion.cells[PairMotion::kFlowY]);
  to_cells(coarse_speed.mul(coarse_speed), motion.cells[PairMotion::kSpeedSquared]);
  return motion;
}

}  // namespace vigil::vision
