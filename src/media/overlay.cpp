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

// Told apart from each other, and from most streets, in the order in which people come.
constexpr std::array<Yuv, 10> kRound = {{{156, 47, 159},
                                         {134, 165, 62},
                                         {188, 62, 112},
                                         {130, 138, 187},
                                         {170, 140, 70},
                                         {190, 40, 140},
                                         {110, 178, 138},
                                         {150, 90, 180},
                                         {172, 98, 92},
                                         {160, 160, 150}}};

Yuv color_of(ColorNumber number) {
  const auto count = static_cast<ColorNumber>(kRound.size());
  return kRound[static_cast<std::size_t>(((number % count) + count) % count)];
}

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

  // Through points of the picture, which may lie outside it.
  void line(const std::vector<PointMark>& points, double thickness, const Yuv& color, double opacity) {
    // Fixed-point coordinates with a guard against those that overflow them.
    constexpr int kShift = 4;
    const auto fixed = [](double value) {
      return static_cast<int>(std::lround(std::clamp(value, -1e5, 1e5) * (1 << kShift)));
    };
    for (std::size_t i = 0; i < planes_.size(); ++i) {
      const double shrink = i > 0 ? 2 : 1;
      std::vector<cv::Point> path;
      for (const PointMark& point : points) path.emplace_back(fixed(point.x / shrink), fixed(point.y / shrink));
      const int width = std::max(1, static_cast<int>(std::lround(thickness / shrink)));
      if (opacity >= 1) {
        cv::polylines(planes_[i], path, false, cv::Scalar(color[i]), width, cv::LINE_AA, kShift);
        continue;
      }
      const cv::Rect area = around(path, width, kShift) & cv::Rect(0, 0, planes_[i].cols, planes_[i].rows);
      if (area.empty()) continue;
      for (cv::Point& point : path) point -= area.tl() * (1 << kShift);
      cv::Mat part = planes_[i](area);
      cv::Mat drawn = part.clone();
      cv::polylines(drawn, path, false, cv::Scalar(color[i]), width, cv::LINE_AA, kShift);
      cv::addWeighted(drawn, opacity, part, 1 - opacity, 0, part);
    }
  }

  // Chroma first drawn large, then brought down, so that thin letters keep their colour.
  void text(const std::string& words, cv::Point baseline, double scale, int thickness, const Yuv& color) {
    int below = 0;
    const cv::Size size = cv::getTextSize(words, cv::FONT_HERSHEY_SIMPLEX, scale, thickness, &below);
    // Even, so that both sizes of plane share its borders.
    const cv::Rect wanted((baseline.x - 2) & ~1, (baseline.y - size.height - thickness - 2) & ~1, (size.width + 6) & ~1,
                          (size.height + below + 2 * thickness + 6) & ~1);
    const cv::Rect area = wanted & cv::Rect(0, 0, width(), height());
    if (area.width < 2 || area.height < 2) return;
    cv::Mat mask(area.size(), CV_8UC1, cv::Scalar(0));
    cv::putText(mask, words, baseline - area.tl(), cv::FONT_HERSHEY_SIMPLEX, scale, cv::Scalar(255), thickness, cv::LINE_AA);
    const cv::Rect half(area.x / 2, area.y / 2, area.width / 2, area.height / 2);
    cv::Mat small;
    cv::resize(mask, small, half.size(), 0, 0, cv::INTER_AREA);
    blend(planes_[0](area), mask, color[0]);
    blend(planes_[1](half), small, color[1]);
    blend(planes_[2](half), small, color[2]);
  }

 private:
  static cv::Rect around(const std::vector<cv::Point>& path, int margin, int shift) {
    cv::Rect area = cv::boundingRect(path);
    const int one = 1 << shift;
    return {area.x / one - margin - 1, area.y / one - margin - 1, area.width / one + 2 * margin + 3,
            area.height / one + 2 * margin + 3};
  }

  static void blend(cv::Mat plane, const cv::Mat& mask, double value) {
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

// The text of a mark on a tab above its box, or inside where there is no room above.
Yuv color_of(const BoxMark& mark) { return mark.tone ? color_of(*mark.tone) : color_of(mark.color); }

void draw_tab(Canvas& canvas, const BoxMark& mark, double unit) {
  const double scale = std::max(unit / 42, 0.3);
  int below = 0;
  const cv::Size size = cv::getTextSize(mark.text, cv::FONT_HERSHEY_SIMPLEX, scale, 1, &below);
  const int height = size.height + below + 2;
  const int left = std::clamp(static_cast<int>(mark.box.left), 0, std::max(0, canvas.width() - size.width - 4));
  const int above = static_cast<int>(mark.box.top) - height;
  const int top = above >= 0 ? above : std::max(0, static_cast<int>(mark.box.top));
  if (top + height > canvas.height()) return;
  if (!mark.faint) canvas.box({left, top, size.width + 4, height}, color_of(mark), 0.85);
  canvas.text(mark.text, {left + 2, top + size.height + 1}, scale, 1, mark.faint ? color_of(mark) : kBlack);
}

void draw_boxes(Canvas& canvas, const std::vector<BoxMark>& boxes, double unit) {
  const double thickness = std::max(1.0, unit / 13);
  for (const BoxMark& mark : boxes) {
    if (mark.box.empty() || !mark.box.finite()) continue;
    const float left = mark.box.left, top = mark.box.top, right = mark.box.right(), bottom = mark.box.bottom();
    canvas.line({{left, top}, {right, top}, {right, bottom}, {left, bottom}, {left, top}},
                mark.faint                  ? 1
                : mark.tone == Tone::kAlert ? 2 * thickness
                                            : thickness,
                color_of(mark), mark.faint ? 0.6 : 1);
  }
  for (const BoxMark& mark : boxes) {
    if (!mark.text.empty() && !mark.box.empty() && mark.box.finite()) draw_tab(canvas, mark, unit);
  }
}

void draw_lines(Canvas& canvas, const std::vector<LineMark>& lines, double unit) {
  for (const LineMark& mark : lines) {
    const auto finite = [](const PointMark& point) { return std::isfinite(point.x) && std::isfinite(point.y); };
    if (mark.points.size() < 2 || !std::ranges::all_of(mark.points, finite)) continue;
    canvas.line(mark.points, std::max(1.0, unit / 13), color_of(mark.color), mark.opacity);
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
  draw_lines(canvas, annotation.lines, unit);
  draw_boxes(canvas, annotation.boxes, unit);
  if (annotation.score) draw_score(canvas, *annotation.score, annotation.threshold, unit);
  draw_labels(canvas, annotation.labels, unit);
}

}  // namespace vigil::media
