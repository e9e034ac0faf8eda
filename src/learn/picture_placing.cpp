#include "learn/picture_placing.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "core/check.h"

namespace vigil::learn {
namespace {

constexpr int kPadding = 114;
constexpr float kMinVisible = 0.25F;
constexpr float kMinSidePx = 3;
constexpr double kMiddleLow = 0.3, kMiddleHigh = 0.7;  // of a mosaic

cv::Mat pixels_of(const Picture& picture) {
  return {picture.height_px, picture.width_px, CV_8UC3, const_cast<std::uint8_t*>(picture.bgr.data())};
}

// Where a picture goes: scaled, mirrored, and then moved so that `shown` of it covers `at` of the canvas.
struct Placing {
  double scale = 1;
  bool flipped = false;
  cv::Size scaled;
  cv::Rect shown;  // of the scaled picture
  cv::Point at;
};

int random_offset(int room, core::Rng& rng) { return room > 0 ? static_cast<int>(core::uniform_int(rng, 0, room)) : 0; }

Placing draw_placing(const Picture& picture, const cv::Rect& area, const PlacingOptions& options, core::Rng& rng) {
  Placing placing;
  const double longer = std::exp(core::uniform(rng, std::log(options.longer_min_px), std::log(options.longer_max_px)));
  placing.scale = longer / std::max(picture.width_px, picture.height_px);
  placing.flipped = core::chance(rng, options.flip_probability);
  placing.scaled = {std::max(1, static_cast<int>(std::lround(picture.width_px * placing.scale))),
                    std::max(1, static_cast<int>(std::lround(picture.height_px * placing.scale)))};
  placing.shown = {random_offset(placing.scaled.width - area.width, rng),
                   random_offset(placing.scaled.height - area.height, rng), std::min(placing.scaled.width, area.width),
                   std::min(placing.scaled.height, area.height)};
  placing.at = area.tl();
  return placing;
}

void draw(const Picture& picture, const Placing& placing, cv::Mat& canvas) {
  cv::Mat scaled;
  cv::resize(pixels_of(picture), scaled, placing.scaled, 0, 0, placing.scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  if (placing.flipped) cv::flip(scaled, scaled, 1);
  scaled(placing.shown).copyTo(canvas(cv::Rect(placing.at, placing.shown.size())));
}

TruthBox moved(const TruthBox& box, const Picture& picture, const Placing& placing) {
  const auto scale_x = static_cast<float>(placing.scaled.width) / static_cast<float>(picture.width_px);
  const auto scale_y = static_cast<float>(placing.scaled.height) / static_cast<float>(picture.height_px);
  core::Box out{.left = box.box.left * scale_x,
                .top = box.box.top * scale_y,
                .width = box.box.width * scale_x,
                .height = box.box.height * scale_y};
  if (placing.flipped) out.left = static_cast<float>(placing.scaled.width) - out.right();
  const core::Box window{.left = static_cast<float>(placing.shown.x),
                         .top = static_cast<float>(placing.shown.y),
                         .width = static_cast<float>(placing.shown.width),
                         .height = static_cast<float>(placing.shown.height)};
  const float area = out.area();
  out = core::intersection(out, window);
  TruthBox result = box;
  const bool seen = out.area() >= kMinVisible * area && std::min(out.width, out.height) >= kMinSidePx;
  if (!seen && result.kind == TruthKind::kObject) result.kind = TruthKind::kIgnored;
  out.left += static_cast<float>(placing.at.x - placing.shown.x);
  out.top += static_cast<float>(placing.at.y - placing.shown.y);
  result.box = out;
  return result;
}

std::vector<cv::Rect> areas_of(std::size_t pictures, int side, core::Rng& rng) {
  if (pictures == 1) return {{0, 0, side, side}};
  const auto middle = [&] { return static_cast<int>(core::uniform(rng, kMiddleLow, kMiddleHigh) * side); };
  const int x = middle();
  const int y = middle();
  return {{0, 0, x, y}, {x, 0, side - x, y}, {0, y, x, side - y}, {x, y, side - x, side - y}};
}

}  // namespace

LabelledPicture place(std::span<const LabelledPicture> pictures, const PlacingOptions& options, core::Rng& rng) {
  VIGIL_CHECK(pictures.size() == 1 || pictures.size() == 4, "one picture or four");
  LabelledPicture out;
  out.picture = {.width_px = options.side_px, .height_px = options.side_px, .bgr = {}};
  out.picture.bgr.assign(3 * static_cast<std::size_t>(options.side_px) * static_cast<std::size_t>(options.side_px),
                         kPadding);
  cv::Mat canvas = pixels_of(out.picture);
  const std::vector<cv::Rect> areas = areas_of(pictures.size(), options.side_px, rng);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const Placing placing = draw_placing(pictures[i].picture, areas[i], options, rng);
    draw(pictures[i].picture, placing, canvas);
    for (const TruthBox& box : pictures[i].boxes) {
      const TruthBox seen = moved(box, pictures[i].picture, placing);
      if (!seen.box.empty()) out.boxes.push_back(seen);
    }
  }
  return out;
}

}  // namespace vigil::learn
