#include "vision/letterbox.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <format>

#include "core/check.h"
#include "vision/color.h"

namespace vigil::vision {
namespace {

using core::ErrorCode;
using core::fail;

constexpr float kPadding = 114;
constexpr int kChannels = 3;
constexpr int kInputMultiple = 32;

// Adding 1.5 · 2²³ leaves no bits below one; the loop stays free of calls.
inline float to_level(float value) {
  constexpr float kRounder = 0x1.8p23F;
  return (std::min(std::max(value, 0.0F), 255.0F) + kRounder) - kRounder;
}

inline void put(float level, float& out) { out = level; }
// Whole numbers up to 256 need 8 bits, which a bfloat16 has: cutting is exact.
inline void put(float level, Bf16& out) { out = static_cast<Bf16>(std::bit_cast<std::uint32_t>(level) >> 16U); }

const std::uint8_t* row_of(const media::Plane& plane, int y) {
  return plane.data + static_cast<std::ptrdiff_t>(y) * plane.stride_bytes;
}

void blend(const std::uint8_t* upper, const std::uint8_t* lower, float weight, int count, float* __restrict out) {
  for (int x = 0; x < count; ++x) {
    const auto a = static_cast<float>(upper[x]);
    out[x] = a + weight * (static_cast<float>(lower[x]) - a);
  }
}

InputSize scaled_size(const PixelRect& part, int width_px, int height_px) {
  const double scale = std::min(static_cast<double>(width_px) / part.width, static_cast<double>(height_px) / part.height);
  // A hair more, so that a side which fits exactly does not lose a pixel to rounding.
  const auto scaled = [&](int length) { return std::max(1, static_cast<int>(length * scale + 1e-9)); };
  return {.width_px = scaled(part.width), .height_px = scaled(part.height)};
}

}  // namespace

InputSize fitted_input(const PixelRect& part, const InputSize& largest) {
  const InputSize scaled = scaled_size(part, largest.width_px, largest.height_px);
  const auto up = [](int length) { return (length + kInputMultiple - 1) / kInputMultiple * kInputMultiple; };
  return {.width_px = up(scaled.width_px), .height_px = up(scaled.height_px)};
}

PixelRect whole(const media::Frame& frame) { return {.width = frame.width_px(), .height = frame.height_px()}; }

core::Status Letterbox::check(const media::Frame& frame, const PixelRect& part) {
  if (!frame.valid()) return fail(ErrorCode::kInvalidArgument, "a frame holds no picture");
  if (frame.format() == media::PixelFormat::kGray8) {
    return fail(ErrorCode::kInvalidArgument, "a frame is grey only: decode to I420 or RGB");
  }
  if (part.left < 0 || part.top < 0 || part.width < 1 || part.height < 1 || part.width > frame.width_px() - part.left ||
      part.height > frame.height_px() - part.top) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("the part {}×{} at ({}, {}) does not lie inside the frame of {}×{}", part.width, part.height,
                            part.left, part.top, frame.width_px(), frame.height_px()));
  }
  return {};
}

void Letterbox::plan(int source_px, int scaled_px, Taps& taps) {
  taps.first.resize(static_cast<std::size_t>(scaled_px));
  taps.second.resize(taps.first.size());
  taps.weight.resize(taps.first.size());
  const double scale = static_cast<double>(source_px) / scaled_px;
  for (std::size_t i = 0; i < taps.first.size(); ++i) {
    const double position = std::clamp((static_cast<double>(i) + 0.5) * scale - 0.5, 0.0, source_px - 1.0);
    const int first = static_cast<int>(position);
    taps.first[i] = first;
    taps.second[i] = std::min(first + 1, source_px - 1);
    taps.weight[i] = static_cast<float>(position - first);
  }
}

void Letterbox::plan(const PixelRect& part) {
  if (part == planned_) return;
  planned_ = part;
  const InputSize scaled = options_.fit == Fit::kStretch ? InputSize{options_.width_px, options_.height_px}
                                                         : scaled_size(part, options_.width_px, options_.height_px);
  scaled_width_ = scaled.width_px;
  scaled_height_ = scaled.height_px;
  plan(part.width, scaled_width_, columns_);
  plan(part.height, scaled_height_, rows_);
  blended_.resize(static_cast<std::size_t>(kChannels) * (part.width + 2));
  for (auto* row : {&red_, &green_, &blue_}) row->resize(static_cast<std::size_t>(scaled_width_));
}

void Letterbox::scale_yuv(const media::Frame& frame, int y) {
  const int upper = planned_.top + rows_.first[static_cast<std::size_t>(y)];
  const int lower = planned_.top + rows_.second[static_cast<std::size_t>(y)];
  const float weight = rows_.weight[static_cast<std::size_t>(y)];
  // Chroma begins with the pair that the part's first column belongs to.
  const int odd = planned_.left % 2;
  const int pairs = (planned_.width + odd + 1) / 2;
  float* luma = blended_.data();
  float* u_row = luma + planned_.width;
  float* v_row = u_row + pairs;
  const auto blend_plane = [&](int index, int shift, int count, float* out) {
    const media::Plane plane = frame.plane(index);
    const int left = planned_.left >> shift;
    blend(row_of(plane, upper >> shift) + left, row_of(plane, lower >> shift) + left, weight, count, out);
  };
  blend_plane(0, 0, planned_.width, luma);
  blend_plane(1, 1, pairs, u_row);
  blend_plane(2, 1, pairs, v_row);

  const YuvToRgb k = yuv_to_rgb(frame.matrix(), frame.full_range());
  const int* first = columns_.first.data();
  const int* second = columns_.second.data();
  const float* weights = columns_.weight.data();
  float* __restrict red = red_.data();
  float* __restrict green = green_.data();
  float* __restrict blue = blue_.data();
  for (int x = 0; x < scaled_width_; ++x) {
    const int a = first[x];
    const int b = second[x];
    const float w = weights[x];
    const auto between = [w](float from, float to) { return from + w * (to - from); };
    red[x] = between(luma[a], luma[b]);
    green[x] = between(u_row[(a + odd) >> 1], u_row[(b + odd) >> 1]);
    blue[x] = between(v_row[(a + odd) >> 1], v_row[(b + odd) >> 1]);
  }
  for (int x = 0; x < scaled_width_; ++x) {
    const float l = (red[x] - k.offset) * k.luma;
    const float u = green[x] - 128.0F;
    const float v = blue[x] - 128.0F;
    red[x] = to_level(l + v * k.v_to_r);
    green[x] = to_level(l + u * k.u_to_g + v * k.v_to_g);
    blue[x] = to_level(l + u * k.u_to_b);
  }
}

void Letterbox::scale_rgb(const media::Frame& frame, int y) {
  const media::Plane plane = frame.plane(0);
  const auto row = [&](int line) { return row_of(plane, planned_.top + line) + planned_.left * kChannels; };
  const auto at = static_cast<std::size_t>(y);
  blend(row(rows_.first[at]), row(rows_.second[at]), rows_.weight[at], planned_.width * kChannels, blended_.data());
  for (int x = 0; x < scaled_width_; ++x) {
    const auto column = static_cast<std::size_t>(x);
    const float* a = blended_.data() + columns_.first[column] * kChannels;
    const float* b = blended_.data() + columns_.second[column] * kChannels;
    const float w = columns_.weight[column];
    red_[column] = to_level(a[0] + w * (b[0] - a[0]));
    green_[column] = to_level(a[1] + w * (b[1] - a[1]));
    blue_[column] = to_level(a[2] + w * (b[2] - a[2]));
  }
}

template <typename Value>
void Letterbox::fill_rows(const media::Frame& frame, const PixelRect& part, RowBand band, std::span<Value> out) {
  const std::size_t row_values = static_cast<std::size_t>(kChannels) * options_.width_px;
  VIGIL_CHECK(out.size() == row_values * options_.height_px, "room for exactly one input");
  plan(part);
  Value padding{};
  put(kPadding, padding);
  const bool is_rgb = frame.format() == media::PixelFormat::kRgb24;
  const float* first = options_.order == ChannelOrder::kBgr ? blue_.data() : red_.data();
  const float* last = options_.order == ChannelOrder::kBgr ? red_.data() : blue_.data();
  for (int y = band.begin; y < band.end; ++y) {
    Value* row = out.data() + static_cast<std::size_t>(y) * row_values;
    const int shown = y < scaled_height_ ? scaled_width_ : 0;
    if (shown > 0) {
      if (is_rgb) {
        scale_rgb(frame, y);
      } else {
        scale_yuv(frame, y);
      }
    }
    for (int x = 0; x < shown; ++x) {
      put(first[x], row[kChannels * x]);
      put(green_[static_cast<std::size_t>(x)], row[kChannels * x + 1]);
      put(last[x], row[kChannels * x + 2]);
    }
    std::fill(row + static_cast<std::ptrdiff_t>(kChannels) * shown, row + row_values, padding);
  }
}

void Letterbox::fill(const media::Frame& frame, const PixelRect& part, std::span<float> out) {
  fill_rows(frame, part, {0, options_.height_px}, out);
}
void Letterbox::fill(const media::Frame& frame, const PixelRect& part, std::span<Bf16> out) {
  fill_rows(frame, part, {0, options_.height_px}, out);
}
void Letterbox::fill(const media::Frame& frame, const PixelRect& part, RowBand band, std::span<float> out) {
  fill_rows(frame, part, band, out);
}
void Letterbox::fill(const media::Frame& frame, const PixelRect& part, RowBand band, std::span<Bf16> out) {
  fill_rows(frame, part, band, out);
}

float Letterbox::scale(const PixelRect& part) const {
  return static_cast<float>(
      std::max(static_cast<double>(part.width) / options_.width_px, static_cast<double>(part.height) / options_.height_px));
}

core::Box Letterbox::to_frame(const core::Box& box, const PixelRect& part) const {
  const float pixels = scale(part);
  const core::Box inside = core::clipped(
      {.left = box.left * pixels, .top = box.top * pixels, .width = box.width * pixels, .height = box.height * pixels},
      static_cast<float>(part.width), static_cast<float>(part.height));
  return {.left = inside.left + static_cast<float>(part.left),
          .top = inside.top + static_cast<float>(part.top),
          .width = inside.width,
          .height = inside.height};
}

}  // namespace vigil::vision
