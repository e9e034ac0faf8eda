// Letterbox: a part of a frame, scaled to fit and padded, as the numbers a detector is shown; one pass from the decoder's
// YUV.
//
//   Letterbox letterbox({.width_px = 416, .height_px = 416});
//   letterbox.fill(frame, whole(frame), input);                    // 416 × 416 × 3 floats: B, G, R, B, …
//   core::Box person = letterbox.to_frame(box_in_the_input);
//
// The picture lies in the top left corner at one scale, and 114 fills the rest, as YOLOX wants it; or it is stretched over
// all of the input, as networks for people want theirs. Bilinear with half-pixel centres, as OpenCV's resize: rounded to
// whole levels 0–255 and at most 2 from resizing the converted RGB picture, but where colours leave the RGB cube. Nothing is
// allocated while the sizes of frames stay. One thread at a time; bands of one input may be filled by several Letterboxes at
// once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/box.h"
#include "core/result.h"
#include "media/frame.h"

namespace vigil::vision {

struct PixelRect {
  int left = 0, top = 0, width = 0, height = 0;

  bool operator==(const PixelRect&) const = default;
};

PixelRect whole(const media::Frame& frame);

enum class ChannelOrder { kBgr, kRgb };

enum class Fit {
  kWithin,   // at one scale, in the top left corner; 114 fills the rest
  kStretch,  // over the whole input, each side at its own scale
};

// A bfloat16 by its bits.
enum class Bf16 : std::uint16_t {};

// The smallest input that shows `part` at the scale at which `width_px` × `height_px` would, in multiples of 32.
struct InputSize {
  int width_px = 0, height_px = 0;

  bool operator==(const InputSize&) const = default;
};
InputSize fitted_input(const PixelRect& part, const InputSize& largest);

struct LetterboxOptions {
  int width_px = 416;  // of the input
  int height_px = 416;
  ChannelOrder order = ChannelOrder::kBgr;
  Fit fit = Fit::kWithin;
};

// Rows [begin, end) of the input.
struct RowBand {
  int begin = 0;
  int end = 0;
};

class Letterbox {
 public:
  explicit Letterbox(const LetterboxOptions& options) : options_(options) {}

  // Whether fill() takes this frame. Errors: kInvalidArgument (no picture, grey only, or `part` not inside it).
  static core::Status check(const media::Frame& frame, const PixelRect& part);

  // Writes height × width × 3 values, interleaved. Requires check() and out.size() to be that.
  void fill(const media::Frame& frame, const PixelRect& part, std::span<float> out);
  void fill(const media::Frame& frame, const PixelRect& part, std::span<Bf16> out);
  // The same for some rows; `out` is still the whole input.
  void fill(const media::Frame& frame, const PixelRect& part, RowBand band, std::span<float> out);
  void fill(const media::Frame& frame, const PixelRect& part, RowBand band, std::span<Bf16> out);

  // Frame pixels that one pixel of the input is wide. Requires Fit::kWithin, as to_frame() does.
  float scale(const PixelRect& part) const;
  // From pixels of the input to pixels of the frame, clipped to `part`.
  core::Box to_frame(const core::Box& box, const PixelRect& part) const;

 private:
  // Between which two source pixels each scaled one lies, and the weight of the second.
  struct Taps {
    std::vector<int> first, second;
    std::vector<float> weight;
  };
  static void plan(int source_px, int scaled_px, Taps& taps);
  void plan(const PixelRect& part);
  void scale_yuv(const media::Frame& frame, int y);
  void scale_rgb(const media::Frame& frame, int y);
  template <typename Value>
  void fill_rows(const media::Frame& frame, const PixelRect& part, RowBand band, std::span<Value> out);

  LetterboxOptions options_;
  PixelRect planned_;
  int scaled_width_ = 0, scaled_height_ = 0;
  Taps rows_, columns_;
  std::vector<float> blended_;             // source rows, blended to one
  std::vector<float> red_, green_, blue_;  // one scaled row
};

}  // namespace vigil::vision
