#include "media/recolor.h"

#include <format>

extern "C" {
#include <libavutil/frame.h>
#include <libswscale/swscale.h>
}

#include "media/colors.h"
#include "media/frame_pixels.h"

namespace vigil::media {

using core::ErrorCode;
using core::fail;

core::Result<AvPtr<AVFrame>> to_yuv420p(const Frame& frame, Range range) {
  const AVFrame& from = FrameAccess::picture(frame);
  AvPtr<AVFrame> to = make_av_frame();
  to->format = AV_PIX_FMT_YUV420P;
  to->width = from.width;
  to->height = from.height;
  if (const int code = av_frame_get_buffer(to.get(), 0); code < 0) {
    return fail(ErrorCode::kInternal, std::format("no room for a picture of {}×{}", from.width, from.height));
  }
  const bool full_in = frame.format() == PixelFormat::kRgb24 || frame.full_range();
  const bool full_out = range == Range::kFull;
  if (frame.format() == PixelFormat::kI420 && full_in == full_out) {
    av_frame_copy(to.get(), &from);
    return to;
  }
  // swscale only converts ranges that it knows of when it is set up, from the formats' names.
  const auto named = [](int format, bool full) {
    return format == AV_PIX_FMT_YUV420P && full ? AV_PIX_FMT_YUVJ420P : static_cast<AVPixelFormat>(format);
  };
  const AvPtr<SwsContext> scaler(sws_getContext(from.width, from.height, named(from.format, full_in), to->width, to->height,
                                                named(AV_PIX_FMT_YUV420P, full_out), SWS_BILINEAR | SWS_ACCURATE_RND,
                                                nullptr, nullptr, nullptr));
  if (!scaler)
    return fail(ErrorCode::kUnsupported, std::format("cannot convert a picture of {}×{}", from.width, from.height));
  set_colors(*scaler, frame.matrix(), full_in, full_out);
  sws_scale(scaler.get(), from.data, from.linesize, 0, from.height, to->data, to->linesize);
  return to;
}

}  // namespace vigil::media
