// Converter: decoded pictures to Frames of one size and format; the only place where pixels are scaled, converted or turned.
// Used only inside this room.
//
// Scaling and colour conversion are one pass from the decoder's YUV. A picture that already has the wanted form is passed on
// without a copy. Pixels come from a pool, so that a steady stream allocates none. One thread at a time; Frames may outlive
// the Converter.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "core/result.h"
#include "media/av.h"
#include "media/frame.h"
#include "media/source.h"

struct AVBufferPool;
struct AVStream;

namespace vigil::media {

// How a stored picture is to be shown: mirrored left to right, then turned clockwise by quarter turns.
struct Orientation {
  bool mirrored = false;
  int quarter_turns = 0;  // 0–3
};

// From the stream's display matrix; upright when there is none or it is no multiple of a quarter turn.
Orientation orientation_of(const AVStream& stream);

struct PictureSize {
  int width_px = 0;
  int height_px = 0;
};

// What `size` makes of a picture as shown. At least 2×2 where it scales.
PictureSize output_size(const OutputSize& size, PictureSize shown);

class Converter {
 public:
  // Errors: kUnsupported (the frames asked for would have more than options.max_pixels).
  static core::Result<std::unique_ptr<Converter>> create(const std::string& name, const AVStream& stream,
                                                         const SourceOptions& options);
  ~Converter();
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  PictureSize shown() const { return shown_; }  // the stream's pictures, upright
  PictureSize size() const { return size_; }    // of every Frame, whatever size later pictures have

  // Takes `picture` (it is empty afterwards). Errors: kUnsupported (pixel format), kInternal.
  core::Result<Frame> convert(AVFrame& picture, core::MediaTime pts, core::MediaDuration duration);

 private:
  Converter(std::string name, const AVStream& stream, const SourceOptions& options);
  core::Result<AvPtr<AVFrame>> scale(const AVFrame& picture);
  core::Result<AvPtr<AVFrame>> turn(const AVFrame& picture);
  core::Result<AvPtr<AVFrame>> pooled(PictureSize size);
  core::Status prepare_scaler(const AVFrame& picture, PictureSize target);

  struct PoolDeleter {
    void operator()(AVBufferPool* pool) const;
  };

  std::string name_;
  PixelFormat format_;
  Orientation orientation_;
  PictureSize shown_;
  PictureSize size_;
  PictureSize stored_;  // of Frames before turning
  AvPtr<SwsContext> scaler_;
  std::array<int, 5> scaler_source_{};  // width, height, pixel format, matrix, range of what scaler_ takes
  std::unique_ptr<AVBufferPool, PoolDeleter> pool_;
};

}  // namespace vigil::media
