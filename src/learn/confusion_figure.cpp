#include "learn/confusion_figure.h"

#include <algorithm>
#include <array>
#include <format>

#include <opencv2/imgproc.hpp>

namespace vigil::learn {
namespace {

constexpr int kWidth = 720;
constexpr int kHeight = 560;
constexpr int kLeft = 200;
constexpr int kTop = 130;
constexpr int kCell = 240;
constexpr int kCellHeight = 190;
constexpr int kGap = 8;

const cv::Scalar kPaper(255, 255, 255);
const cv::Scalar kInk(33, 29, 27);
const cv::Scalar kSoft(104, 93, 87);
const cv::Scalar kPale(234, 236, 236);
const cv::Scalar kDeep(36, 87, 197);

std::string ascii(const std::string& text) {
  std::string plain;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0) == 0x80) continue;
    plain += byte < 128 ? c : '?';
  }
  return plain;
}

struct Text {
  std::string text;
  cv::Point centre;
  double size_px = 18;
  cv::Scalar colour = kInk;
  int thickness = 1;
  int room_px = kCell;  // shrunk to fit this width
};

void put(cv::Mat& picture, const Text& what) {
  constexpr int kFont = cv::FONT_HERSHEY_DUPLEX;
  double scale = cv::getFontScaleFromHeight(kFont, static_cast<int>(what.size_px), what.thickness);
  int baseline = 0;
  cv::Size size = cv::getTextSize(what.text, kFont, scale, what.thickness, &baseline);
  if (size.width > what.room_px) {
    scale *= static_cast<double>(what.room_px) / size.width;
    size = cv::getTextSize(what.text, kFont, scale, what.thickness, &baseline);
  }
  cv::putText(picture, what.text, what.centre + cv::Point(-size.width / 2, size.height / 2), kFont, scale, what.colour,
              what.thickness, cv::LINE_AA);
}

cv::Scalar between(const cv::Scalar& from, const cv::Scalar& to, double share) { return from * (1 - share) + to * share; }

}  // namespace

Figure draw_confusion(const ConfusionMatrix& confusion, const ClassNames& names) {
  const std::array<std::array<std::int64_t, 2>, 2> counts = {
      {{confusion.true_negatives, confusion.false_positives}, {confusion.false_negatives, confusion.true_positives}}};
  const std::array<std::string, 2> labels = {ascii(names.negative), ascii(names.positive)};
  cv::Mat picture(kHeight, kWidth, CV_8UC3, kPaper);
  put(picture, {.text = "the network said", .centre = {kLeft + kCell, 40}, .colour = kSoft, .room_px = 2 * kCell});
  put(picture, {.text = "the clip shows", .centre = {kLeft / 2, kTop - 35}, .colour = kSoft, .room_px = kLeft - 20});
  for (int row = 0; row < 2; ++row) {
    const auto& cells = counts[static_cast<std::size_t>(row)];
    const auto sum = static_cast<double>(std::max<std::int64_t>(cells[0] + cells[1], 1));
    const int middle = kTop + row * kCellHeight + kCellHeight / 2;
    put(picture, {.text = labels[static_cast<std::size_t>(row)], .centre = {kLeft / 2, middle}, .room_px = kLeft - 30});
    put(picture, {.text = labels[static_cast<std::size_t>(row)], .centre = {kLeft + row * kCell + kCell / 2, kTop - 35}});
    for (int column = 0; column < 2; ++column) {
      const std::int64_t count = cells[static_cast<std::size_t>(column)];
      const double share = static_cast<double>(count) / sum;
      const cv::Rect cell(kLeft + column * kCell + kGap / 2, kTop + row * kCellHeight + kGap / 2, kCell - kGap,
                          kCellHeight - kGap);
      cv::rectangle(picture, cell, between(kPale, kDeep, share), cv::FILLED);
      const cv::Scalar ink = share > 0.55 ? kPaper : kInk;
      const cv::Point centre(cell.x + cell.width / 2, cell.y + cell.height / 2);
      put(picture, {.text = std::to_string(count),
                    .centre = centre - cv::Point(0, 18),
                    .size_px = 40,
                    .colour = ink,
                    .thickness = 2});
      put(picture, {.text = std::format("{:.0f} %", 100 * share), .centre = centre + cv::Point(0, 42), .colour = ink});
    }
  }
  return {.rgb = {picture.datastart, picture.dataend}, .width_px = kWidth, .height_px = kHeight};
}

}  // namespace vigil::learn
