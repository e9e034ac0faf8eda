// Frame::Pixels, the memory behind a Frame: a reference to an FFmpeg buffer (the decoder's own, or one of the room's pool).
// Used only inside this room.
#pragma once

#include <memory>
#include <utility>

#include "media/av.h"
#include "media/frame.h"

namespace vigil::media {

struct Frame::Pixels {
  AvPtr<AVFrame> picture;  // yuv420p, rgb24 or gray8 as `format` says
  core::MediaTime pts;
  core::MediaDuration duration;
  PixelFormat format = PixelFormat::kI420;
  ColorMatrix matrix = ColorMatrix::kBt601;
  bool full_range = false;
  bool keyframe = false;
};

// The room's own way to the FFmpeg frame behind a handle.
struct FrameAccess {
  static const AVFrame& picture(const Frame& frame) { return *frame.pixels_->picture; }

  // `picture` as a Frame of its own, with the time and the colours of `frame`.
  static Frame with_picture(const Frame& frame, AvPtr<AVFrame> picture) {
    auto pixels = std::make_shared<Frame::Pixels>();
    pixels->picture = std::move(picture);
    pixels->pts = frame.pixels_->pts;
    pixels->duration = frame.pixels_->duration;
    pixels->format = frame.pixels_->format;
    pixels->matrix = frame.pixels_->matrix;
    pixels->full_range = frame.pixels_->full_range;
    pixels->keyframe = frame.pixels_->keyframe;
    return Frame(std::move(pixels));
  }
};

}  // namespace vigil::media
