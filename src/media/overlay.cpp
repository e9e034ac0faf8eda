#include "media/overlay.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

extern "C" {
#include <libavutil/frame.h>
}

namespace vigil::media {
namespace {

// Colours as Y, Cb, Cr in studio range.
using Yuv = std::array<double, 3>;
constexpr Yuv kBlack = {16, 128, 128};
constexpr Yuv kWhite = {235, 128, 128};
constexpr Yuv kGreen = {150, 84, 80};
constexpr Yuv kAmber = {170, 58, 176};
constexpr Yuv kRed = {96, 108, 216};

Yuv color_of(Tone tone) {
  switch (tone) {
    case Tone::kNeutral: return kWhite;
    case Tone::kGood: return kGreen;
    case Tone::kWarn: return kAmber;
    case Tone::kAlert: return kRed;
  }
  return kWhite;
}

// The three planes, drawn on with coordinates of the luma plane.
class Canvas {
 public:
  explicit Canvas(AVFrame& picture) {
    for (std::size_t i = 0; i < planes_.size(); ++i) {
      const int shrink = i > 0 ? 2 : 1;
      planes_[i] = cv::Mat(picture.height / shrink, picture.width / shrink, CV_8UC1, picture.data[i],
                           static_cast<std::size_t>(picture.linesize[i]));
    }
  }

  int width() const { return planes_[0].cols; }
  int height() const { return planes_[0].rows; }

  // `opacity` 1 covers what was there.
  void box(const cv::Rect& area, const Yuv& color, double opacity = 1) {
    for (std::size_t i = 0; i < planes_.size(); ++i) {
      const int shrink = i > 0 ? 2 : 1;
      const cv::Rect scaled(area.x / shrink, area.y / shrink, std::max(area.width / shrink, 1),
                            std::max(area.height / shrink, 1));
      cv::Mat part = planes_[i](scaled & cv::Rect(0, 0, planes_[i].cols, planes_[i].rows));
      part.convertTo(part, -1, 1 - opacity, color[i] * opacity);
    }
  }

  // Chroma first drawn large, then brought down, so that thin letters keep their colour.
  void text(const std::string& words, cv::Point baseline, double scale, int thickness, const Yuv& color) {
    cv::Mat mask(height(), width(), CV_8UC1, cv::Scalar(0));
    cv::putText(mask, words, baseline, cv::FONT_HERSHEY_SIMPLEX, scale, cv::Scalar(255), thickness, cv::LINE_AA);
    blend(0, mask, color[0]);
    cv::Mat small;
    cv::resize(mask, small, planes_[1].size(), 0, 0, cv::INTER_AREA);
    blend(1, small, color[1]);
    blend(2, small, color[2]);
  }

 private:
  void blend(std::size_t index, const cv::Mat& mask, double value) {
    cv::Mat& plane = planes_[index];
    for (int y = 0; y < plane.rows; ++y) {
      const std::uint8_t* weight = mask.ptr(y);
      std::uint8_t* pixel = plane.ptr(y);
      for (int x = 0; x < plane.cols; ++x) {
        if (weight[x]) pixel[x] = static_cast<std::uint8_t>((pixel[x] * (255 - weight[x]) + value * weight[x]) / 255 + 0.5);
      }
    }
  }

  std::array<cv::Mat, 3> planes_;
};

void draw_labels(Canvas& canvas, const std::vector<Label>& labels, double unit) {
  const double scale = std::max(unit / 30, 0.35);
  const int thickness = std::max(1, static_cast<int>(std::lround(scale * 2.1)));
  const int margin = std::max(2, static_cast<int>(unit / 3));
  int top = margin;
  for (const Label& label : labels) {
    int below = 0;
    const cv::Size size = cv::getTextSize(label.text, cv::FONT_HERSHEY_SIMPLEX, scale, thickness, &below);
    const int row = size.height + below + 2 * margin;
    if (top + row > canvas.height()) return;
    // Red letters on a dark box are hard to read: an alert is white on red.
    const bool alert = label.tone == Tone::kAlert;
    canvas.box({margin, top, size.width + 2 * margin, row}, alert ? kRed : kBlack, alert ? 0.9 : 0.7);
    canvas.text(label.text, {2 * margin, top + margin + size.height}, scale, thickness,
                alert ? kWhite : color_of(label.tone));
    top += row + margin / 2;
  }
}

void draw_score(Canvas& canvas, double score, double threshold, double unit) {
  const bool alert = score >= threshold;
  const int bar = std::max(4, 2 * static_cast<int>(unit / 4));
  const int top = canvas.height() - bar;
  const auto at = [&](double value) { return static_cast<int>(std::lround(std::clamp(value, 0.0, 1.0) * canvas.width())); };
  canvas.box({0, top, canvas.width(), bar}, kBlack, 0.65);
  if (at(score) > 1) canvas.box({0, top, at(score), bar}, alert ? kRed : kGreen);
  const int tick = std::max(2, bar / 4);
  canvas.box({std::clamp(at(threshold) - tick / 2, 0, canvas.width() - tick), top - bar / 4, tick, bar + bar / 4}, kWhite);
  if (!alert) return;
  const int border = std::max(2, 2 * static_cast<int>(unit / 10));
  canvas.box({0, 0, canvas.width(), border}, kRed);
  canvas.box({0, 0, border, top}, kRed);
  canvas.box({canvas.width() - border, 0, border, top}, kRed);
}

}  // namespace

void draw_annotation(AVFrame& picture, const Annotation& annotation) {
  Canvas canvas(picture);
  // The height of a line of text: a twenty-second of the shorter side.
  const double unit = std::min(canvas.width(), canvas.height()) / 22.0;
  if (annotation.score) draw_score(canvas, *annotation.score, annotation.threshold, unit);
  draw_labels(canvas, annotation.labels, unit);
}

}  // namespace vigil::media
