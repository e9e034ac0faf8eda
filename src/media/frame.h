// Frame: one decoded picture with its presentation time; what media gives and vision takes.
//
//   const Plane luma = frame.plane(0);
//   for (int y = 0; y < luma.height_px; ++y) use(luma.data + y * luma.stride_bytes, luma.width_px);
//
// A Frame is a cheap handle: copies share the same immutable, pooled pixels, which return to their pool with the last
// handle. Handles may be copied and read from any thread.
#pragma once

#include <cstdint>
#include <memory>

#include "core/time.h"

namespace vigil::media {

enum class PixelFormat {
  kI420,   // 3 planes: luma at full size, Cb and Cr at half size in both directions (rounded up); 8 bit
  kRgb24,  // 1 plane, R G B interleaved, 8 bit, full range
  kGray8,  // 1 plane, luma only, 8 bit, range as coded
};

// How YUV values are to be read; what RGB conversion needs.
enum class ColorMatrix { kBt601, kBt709, kBt2020 };

struct Plane {
  const std::uint8_t* data = nullptr;
  int stride_bytes = 0;  // distance between rows; at least the row's bytes
  int width_px = 0;
  int height_px = 0;
};

class Frame {
 public:
  struct Pixels;  // defined in the room; owns the memory

  Frame() = default;  // no picture; valid() is false
  explicit Frame(std::shared_ptr<const Pixels> pixels);

  bool valid() const { return pixels_ != nullptr; }

  // Requires valid() for everything below.
  core::MediaTime pts() const;           // strictly rising within one Source
  core::MediaDuration duration() const;  // to the next frame as the stream states it; zero when unknown
  int width_px() const;                  // as shown: rotation is already applied
  int height_px() const;
  PixelFormat format() const;
  ColorMatrix matrix() const;  // of kI420; kBt601 when the stream does not say and is small, kBt709 from 720 lines on
  bool full_range() const;     // of kI420 and kGray8: luma 0–255 instead of 16–235
  bool keyframe() const;
  Plane plane(int index) const;  // index < 3 for kI420, 0 otherwise

 private:
  friend struct FrameAccess;  // the room's own way to the foreign frame behind the handle
  std::shared_ptr<const Pixels> pixels_;
};

}  // namespace vigil::media
