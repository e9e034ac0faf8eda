#include "media/mask_painter.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

extern "C" {
#include <libavutil/frame.h>
}

namespace vigil::media {
namespace {

// Where a region lies in a picture: 255 in it, 0 outside, over a rectangle that begins and ends at even pixels, where chroma
// samples do; of a picture of odd size it reaches a pixel beyond.
struct Stencil {
  cv::Rect area;
  cv::Mat inside;
};

Stencil stencil_of(const core::Region& region, int width_px, int height_px) {
  constexpr int kShift = 4;
  std::vector<cv::Point> corners;
  double left = width_px, top = height_px, right = 0, bottom = 0;
  for (const core::RegionCorner& corner : region.corners()) {
    const double x = corner.x * width_px, y = corner.y * height_px;
    left = std::min(left, x), top = std::min(top, y), right = std::max(right, x), bottom = std::max(bottom, y);
    // Coordinates of drawing have pixels' middles at whole numbers.
    corners.emplace_back(static_cast<int>(std::lround((x - 0.5) * (1 << kShift))),
                         static_cast<int>(std::lround((y - 0.5) * (1 << kShift))));
  }
  const auto even_below = [](double value) { return static_cast<int>(std::floor(value / 2)) * 2; };
  const auto even_above = [](double value, int most) {
    return std::min(static_cast<int>(std::floor(value / 2) + 1), (most + 1) / 2) * 2;
  };
  const cv::Point first(even_below(left), even_below(top));
  const cv::Point end(even_above(right, width_px), even_above(bottom, height_px));
  Stencil stencil{.area = {first, end}, .inside = cv::Mat::zeros(end.y - first.y, end.x - first.x, CV_8UC1)};
  for (cv::Point& corner : corners) corner -= first * (1 << kShift);
  if (!stencil.inside.empty()) cv::fillPoly(stencil.inside, std::vector{corners}, cv::Scalar(255), cv::LINE_8, kShift);
  return stencil;
}

void paint(AVFrame& picture, int plane, int type, const Stencil& stencil, double value) {
  const int shrink = plane > 0 ? 2 : 1;
  const cv::Size size((picture.width + shrink - 1) / shrink, (picture.height + shrink - 1) / shrink);
  cv::Mat whole(size, type, picture.data[plane], static_cast<std::size_t>(picture.linesize[plane]));
  const cv::Rect area(stencil.area.tl() / shrink, stencil.area.size() / shrink);
  cv::Mat inside = stencil.inside;
  // The mean of four pixels is above zero where one of them is.
  if (shrink == 2) cv::resize(stencil.inside, inside, area.size(), 0, 0, cv::INTER_AREA);
  const cv::Rect seen = area & cv::Rect({0, 0}, size);
  whole(seen).setTo(cv::Scalar::all(value), inside(seen - area.tl()));
}

}  // namespace

void paint_mask(AVFrame& picture, const PrivacyMask& mask, Range range) {
  constexpr double kGrey = 128;
  const double luma = range == Range::kFull ? kGrey : 16 + kGrey * 219 / 255;
  // One by one: where regions overlap, drawing them together would leave a hole.
  for (const core::Region& region : mask.regions) {
    const Stencil stencil = stencil_of(region, picture.width, picture.height);
    if (stencil.inside.empty()) continue;
    if (picture.format == AV_PIX_FMT_RGB24) {
      paint(picture, 0, CV_8UC3, stencil, kGrey);
      continue;
    }
    paint(picture, 0, CV_8UC1, stencil, luma);
    if (picture.format == AV_PIX_FMT_GRAY8) continue;
    paint(picture, 1, CV_8UC1, stencil, kGrey);
    paint(picture, 2, CV_8UC1, stencil, kGrey);
  }
}

}  // namespace vigil::media
