#include "vision/fused_clip.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <format>
#include <vector>

#include "core/check.h"
#include "vision/color.h"

namespace vigil::vision {
namespace {

using core::ErrorCode;
using core::fail;
using core::Status;

constexpr int kChannels = 3;

// For each pixel of the crop along one axis: the two source pixels it lies between, and the weight of the second.
struct Taps {
  std::vector<int> first;
  std::vector<int> second;
  std::vector<float> weight;
};

struct Axis {
  int source_px;
  int scaled_px;
  int crop_px;
  bool reversed = false;
};

// Source positions as torch's bilinear interpolation without aligned corners computes them, in float.
Taps make_taps(const Axis& axis) {
  Taps taps;
  const int offset = center_crop_offset(axis.scaled_px, axis.crop_px);
  const float scale = static_cast<float>(axis.source_px) / static_cast<float>(axis.scaled_px);
  for (int i = 0; i < axis.crop_px; ++i) {
    const int scaled = offset + (axis.reversed ? axis.crop_px - 1 - i : i);
    const float position = std::max(0.0F, scale * (static_cast<float>(scaled) + 0.5F) - 0.5F);
    const int first = std::min(static_cast<int>(position), axis.source_px - 1);
    taps.first.push_back(first);
    taps.second.push_back(std::min(first + 1, axis.source_px - 1));
    taps.weight.push_back(std::clamp(position - static_cast<float>(first), 0.0F, 1.0F));
  }
  return taps;
}

// The source columns [begin, end) that the crop touches; begin is even, so that chroma pairs stay whole.
struct Columns {
  int begin = 0;
  int end = 0;
  int count() const { return end - begin; }
};

Columns columns_of(const Taps& taps, int width_px) {
  const auto [low, high] = std::ranges::minmax(taps.first);
  return {.begin = low / 2 * 2, .end = std::min(high + 2, width_px)};
}

// One source row of the columns touched, as three rows of floats in 0–255.
class RgbRow {
 public:
  explicit RgbRow(int columns) : columns_(columns), values_(static_cast<std::size_t>(kChannels) * columns) {}

  float* channel(int c) { return values_.data() + static_cast<std::ptrdiff_t>(c) * columns_; }
  const float* channel(int c) const { return values_.data() + static_cast<std::ptrdiff_t>(c) * columns_; }

 private:
  int columns_;
  std::vector<float> values_;
};

// Rounds as the 8-bit RGB picture would be, so that both paths see the same values. Adding 1.5 · 2²³ leaves no bits below
// one: halves go to even, and the loop stays free of calls.
inline float to_level(float value) {
  constexpr float kRounder = 0x1.8p23F;
  return (std::min(std::max(value, 0.0F), 255.0F) + kRounder) - kRounder;
}

void convert_i420(const media::Frame& frame, int y, const Columns& columns, RgbRow& row) {
  const YuvToRgb k = yuv_to_rgb(frame.matrix(), frame.full_range());
  const auto start_of = [&](int index, int line, int column) {
    const media::Plane plane = frame.plane(index);
    return plane.data + static_cast<std::ptrdiff_t>(line) * plane.stride_bytes + column;
  };
  const std::uint8_t* luma = start_of(0, y, columns.begin);
  const std::uint8_t* u_values = start_of(1, y / 2, columns.begin / 2);
  const std::uint8_t* v_values = start_of(2, y / 2, columns.begin / 2);
  float* __restrict red = row.channel(0);
  float* __restrict green = row.channel(1);
  float* __restrict blue = row.channel(2);
  const auto put = [&](int x, float u, float v) {
    const float l = (static_cast<float>(luma[x]) - k.offset) * k.luma;
    red[x] = to_level(l + v * k.v_to_r);
    green[x] = to_level(l + u * k.u_to_g + v * k.v_to_g);
    blue[x] = to_level(l + u * k.u_to_b);
  };
  const int pairs = columns.count() / 2;
  for (int pair = 0; pair < pairs; ++pair) {
    const float u = static_cast<float>(u_values[pair]) - 128.0F;
    const float v = static_cast<float>(v_values[pair]) - 128.0F;
    put(2 * pair, u, v);
    put(2 * pair + 1, u, v);
  }
  if (columns.count() % 2 == 1) {
    put(2 * pairs, static_cast<float>(u_values[pairs]) - 128.0F, static_cast<float>(v_values[pairs]) - 128.0F);
  }
}

void convert_rgb(const media::Frame& frame, int y, const Columns& columns, RgbRow& row) {
  const media::Plane plane = frame.plane(0);
  const std::uint8_t* pixel = plane.data + static_cast<std::ptrdiff_t>(y) * plane.stride_bytes + columns.begin * kChannels;
  for (int x = 0; x < columns.count(); ++x, pixel += kChannels) {
    for (int c = 0; c < kChannels; ++c) row.channel(c)[x] = static_cast<float>(pixel[c]);
  }
}

// The two source rows that an output row lies between; a row is converted once while outputs stay near it.
class RowPair {
 public:
  RowPair(const media::Frame& frame, Columns columns)
      : frame_(frame), columns_(columns), rows_{RgbRow(columns.count()), RgbRow(columns.count())} {}

  const RgbRow& get(int y) {
    for (int i = 0; i < 2; ++i) {
      if (held_[i] == y) return rows_[i];
    }
    const int oldest = held_[0] < held_[1] ? 0 : 1;
    held_[oldest] = y;
    if (frame_.format() == media::PixelFormat::kRgb24) {
      convert_rgb(frame_, y, columns_, rows_[oldest]);
    } else {
      convert_i420(frame_, y, columns_, rows_[oldest]);
    }
    return rows_[oldest];
  }

 private:
  const media::Frame& frame_;
  Columns columns_;
  std::array<RgbRow, 2> rows_;
  std::array<int, 2> held_ = {-2, -1};
};

struct FramePlan {
  int width_px = 0;
  int height_px = 0;
  Taps rows;
  Taps columns;  // relative to touched.begin
  Columns touched;
};

FramePlan make_plan(const media::Frame& frame, const ClipInput& input, const ClipGeometry& geometry) {
  FramePlan plan;
  plan.width_px = frame.width_px();
  plan.height_px = frame.height_px();
  const PixelSize scaled = scaled_size({plan.width_px, plan.height_px}, geometry.short_side_px);
  plan.rows = make_taps({.source_px = plan.height_px, .scaled_px = scaled.height_px, .crop_px = input.crop_px});
  plan.columns = make_taps(
      {.source_px = plan.width_px, .scaled_px = scaled.width_px, .crop_px = input.crop_px, .reversed = geometry.flipped});
  plan.touched = columns_of(plan.columns, plan.width_px);
  for (int& column : plan.columns.first) column -= plan.touched.begin;
  for (int& column : plan.columns.second) column -= plan.touched.begin;
  return plan;
}

// Writes frame `t` of the clip: channel c at out[(c · frames + t) · crop²].
void fuse_frame(const media::Frame& frame, const FramePlan& plan, const ClipInput& input, int t, std::span<float> out) {
  RowPair rows(frame, plan.touched);
  const int crop = input.crop_px;
  const int touched = plan.touched.count();
  std::vector<float> blended(static_cast<std::size_t>(touched));
  const auto plane = static_cast<std::size_t>(crop) * crop;
  for (int y = 0; y < crop; ++y) {
    // The second row may take the place of a third one, never of the first: both are held after these two calls.
    const RgbRow& upper = rows.get(plan.rows.first[y]);
    const RgbRow& lower = rows.get(plan.rows.second[y]);
    const float weight = plan.rows.weight[y];
    for (int c = 0; c < kChannels; ++c) {
      const float gain = 1.0F / (255.0F * input.stddev[c]);
      const float bias = -input.mean[c] / input.stddev[c];
      const float* a = upper.channel(c);
      const float* b = lower.channel(c);
      for (int x = 0; x < touched; ++x) blended[x] = (a[x] + weight * (b[x] - a[x])) * gain + bias;
      float* row =
          out.data() + (static_cast<std::size_t>(c) * input.frames + t) * plane + static_cast<std::size_t>(y) * crop;
      for (int x = 0; x < crop; ++x) {
        const float left = blended[plan.columns.first[x]];
        row[x] = left + plan.columns.weight[x] * (blended[plan.columns.second[x]] - left);
      }
    }
  }
}

Status check_frames(std::span<const media::Frame> frames, const ClipInput& input) {
  if (static_cast<int>(frames.size()) != input.frames) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("a clip of {} frames: the network takes {}", frames.size(), input.frames));
  }
  for (const media::Frame& frame : frames) {
    if (!frame.valid()) return fail(ErrorCode::kInvalidArgument, "a frame of the clip holds no picture");
    if (frame.format() == media::PixelFormat::kGray8) {
      return fail(ErrorCode::kInvalidArgument, "a frame of the clip is grey only: decode to I420 or RGB");
    }
  }
  return {};
}

}  // namespace

std::size_t clip_values(const ClipInput& input) {
  return static_cast<std::size_t>(kChannels) * input.frames * input.crop_px * input.crop_px;
}

Status fuse_clip(std::span<const media::Frame> frames, const ClipInput& input, const ClipGeometry& geometry,
                 std::span<float> out) {
  VIGIL_CHECK(out.size() == clip_values(input), "room for exactly one clip");
  if (auto fits = check_frames(frames, input); !fits) return fits;
  FramePlan plan;
  for (int t = 0; t < input.frames; ++t) {
    const media::Frame& frame = frames[t];
    if (frame.width_px() != plan.width_px || frame.height_px() != plan.height_px) plan = make_plan(frame, input, geometry);
    fuse_frame(frame, plan, input, t, out);
  }
  return {};
}

}  // namespace vigil::vision
