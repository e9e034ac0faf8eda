#include "media/crop.h"

#include <format>
#include <utility>

extern "C" {
#include <libavutil/frame.h>
}

#include "core/check.h"
#include "media/frame_pixels.h"

namespace vigil::media {
namespace {

CropRect from_even(CropRect part) {
  part.width += part.left % 2;
  part.height += part.top % 2;
  part.left -= part.left % 2;
  part.top -= part.top % 2;
  return part;
}

}  // namespace

core::Result<Frame> crop(const Frame& frame, const CropRect& part) {
  if (!frame.valid()) return core::fail(core::ErrorCode::kInvalidArgument, "a frame holds no picture");
  if (part.left < 0 || part.top < 0 || part.width < 1 || part.height < 1 || part.width > frame.width_px() - part.left ||
      part.height > frame.height_px() - part.top) {
    return core::fail(core::ErrorCode::kInvalidArgument,
                      std::format("the part {}×{} at ({}, {}) does not lie inside the frame of {}×{}", part.width,
                                  part.height, part.left, part.top, frame.width_px(), frame.height_px()));
  }
  const bool i420 = frame.format() == PixelFormat::kI420;
  const CropRect cut = i420 ? from_even(part) : part;
  AvPtr<AVFrame> copy(av_frame_clone(&FrameAccess::picture(frame)));
  VIGIL_CHECK(copy, "out of memory");
  AVFrame& picture = *copy;
  const int step = frame.format() == PixelFormat::kRgb24 ? 3 : 1;
  for (int plane = 0; plane < (i420 ? 3 : 1); ++plane) {
    const int half = plane > 0 ? 2 : 1;
    picture.data[plane] += static_cast<std::ptrdiff_t>(cut.top / half) * picture.linesize[plane] + cut.left / half * step;
  }
  picture.width = cut.width;
  picture.height = cut.height;
  return FrameAccess::with_picture(frame, std::move(copy));
}

}  // namespace vigil::media
