#include "vision/foreign_layout.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace vigil::vision {
namespace {

constexpr std::array<int, 3> kStrides = {8, 16, 32};
constexpr int kSsdValues = 7;

int grid_points(InputSize size) {
  int points = 0;
  for (const int stride : kStrides) points += (size.width_px / stride) * (size.height_px / stride);
  return points;
}

core::Box from_center(float x, float y, float width, float height) {
  return {.left = x - width / 2, .top = y - height / 2, .width = width, .height = height};
}

struct Decoder {
  const OutputView& output;
  const DecodeOptions& options;
  const TakeCandidate& take;

  void offer(const core::Box& box, float score, int class_id) const {
    if (score >= options.threshold && box.finite() && !box.empty()) take({.box = box, .score = score, .class_id = class_id});
  }

  // `scores`: of class 0; the next class lies `step` further.
  void offer_best(const core::Box& box, float objectness, const float* scores, std::ptrdiff_t step) const {
    int best = options.classes.front();
    for (const int id : options.classes) {
      if (scores[id * step] > scores[best * step]) best = id;
    }
    offer(box, objectness * scores[best * step], best);
  }

  void yolox() const {
    const int width = output.shape[2];
    const float* row = output.values;
    for (const int stride : kStrides) {
      const auto s = static_cast<float>(stride);
      for (int y = 0; y < options.size.height_px / stride; ++y) {
        for (int x = 0; x < options.size.width_px / stride; ++x, row += width) {
          if (!(row[4] >= options.threshold)) continue;
          const core::Box box = from_center((row[0] + static_cast<float>(x)) * s, (row[1] + static_cast<float>(y)) * s,
                                            std::exp(row[2]) * s, std::exp(row[3]) * s);
          offer_best(box, row[4], row + 5, 1);
        }
      }
    }
  }

  void yolov5() const {
    const int width = output.shape[2];
    for (int i = 0; i < output.shape[1]; ++i) {
      const float* row = output.values + static_cast<std::ptrdiff_t>(i) * width;
      if (!(row[4] >= options.threshold)) continue;
      offer_best(from_center(row[0], row[1], row[2], row[3]), row[4], row + 5, 1);
    }
  }

  void yolov8() const {
    const std::ptrdiff_t points = output.shape[2];
    const float* v = output.values;
    for (std::ptrdiff_t i = 0; i < points; ++i) {
      const core::Box box = from_center(v[i], v[points + i], v[2 * points + i], v[3 * points + i]);
      offer_best(box, 1, v + 4 * points + i, points);
    }
  }

  void ssd() const {
    const auto w = static_cast<float>(options.size.width_px);
    const auto h = static_cast<float>(options.size.height_px);
    for (int i = 0; i < output.shape[2]; ++i) {
      const float* row = output.values + static_cast<std::ptrdiff_t>(i) * kSsdValues;
      if (!(row[1] >= 1 && row[1] < 1e6F)) continue;
      const int id = static_cast<int>(row[1]) - 1;
      if (!options.classes.empty() && !std::ranges::contains(options.classes, id)) continue;
      offer({.left = row[3] * w, .top = row[4] * h, .width = (row[5] - row[3]) * w, .height = (row[6] - row[4]) * h}, row[2],
            id);
    }
  }

  void darknet() const {
    const auto w = static_cast<float>(options.size.width_px);
    const auto h = static_cast<float>(options.size.height_px);
    const int width = output.shape[1];
    for (int i = 0; i < output.shape[0]; ++i) {
      const float* row = output.values + static_cast<std::ptrdiff_t>(i) * width;
      offer_best(from_center(row[0] * w, row[1] * h, row[2] * w, row[3] * h), 1, row + 5, 1);
    }
  }
};

}  // namespace

std::optional<ForeignLayout> recognize_layout(std::span<const OutputView> outputs, InputSize size) {
  if (outputs.empty()) return std::nullopt;
  bool rows_of_boxes = true;
  for (const OutputView& output : outputs) rows_of_boxes = rows_of_boxes && output.shape.size() == 2 && output.shape[1] > 5;
  if (rows_of_boxes) return ForeignLayout::kDarknet;
  const std::vector<int>& shape = outputs.front().shape;
  if (shape.size() == 4 && shape[0] == 1 && shape[1] == 1 && shape[3] == kSsdValues) return ForeignLayout::kSsd;
  if (shape.size() != 3 || shape[0] != 1) return std::nullopt;
  const int points = grid_points(size);
  if (shape[1] == points && shape[2] > 5) return ForeignLayout::kYolox;
  if (shape[1] == 3 * points && shape[2] > 5) return ForeignLayout::kYolov5;
  if (shape[2] == points && shape[1] > 4) return ForeignLayout::kYolov8;
  return std::nullopt;
}

int class_count(const OutputView& output, ForeignLayout layout) {
  switch (layout) {
    case ForeignLayout::kYolox:
    case ForeignLayout::kYolov5: return output.shape[2] - 5;
    case ForeignLayout::kYolov8: return output.shape[1] - 4;
    case ForeignLayout::kDarknet: return output.shape[1] - 5;
    case ForeignLayout::kSsd: break;
  }
  return 0;
}

void decode(const OutputView& output, ForeignLayout layout, const DecodeOptions& options, const TakeCandidate& take) {
  const Decoder decoder{.output = output, .options = options, .take = take};
  switch (layout) {
    case ForeignLayout::kYolox: return decoder.yolox();
    case ForeignLayout::kYolov5: return decoder.yolov5();
    case ForeignLayout::kYolov8: return decoder.yolov8();
    case ForeignLayout::kSsd: return decoder.ssd();
    case ForeignLayout::kDarknet: return decoder.darknet();
  }
}

}  // namespace vigil::vision
