#include "media/privacy_mask.h"

#include <format>
#include <utility>

extern "C" {
#include <libavutil/frame.h>
}

#include "media/frame_pixels.h"
#include "media/mask_painter.h"

namespace vigil::media {

core::Result<Frame> masked(const Frame& frame, const PrivacyMask& mask) {
  if (!frame.valid()) return core::fail(core::ErrorCode::kInvalidArgument, "a frame holds no picture");
  if (mask.regions.empty()) return frame;
  const AVFrame& from = FrameAccess::picture(frame);
  AvPtr<AVFrame> copy = make_av_frame();
  AVFrame& to = *copy;
  to.format = from.format;
  to.width = from.width;
  to.height = from.height;
  if (av_frame_get_buffer(&to, 0) < 0) {
    return core::fail(core::ErrorCode::kInternal, std::format("no room for a picture of {}×{}", from.width, from.height));
  }
  av_frame_copy(&to, &from);
  paint_mask(to, mask, frame.full_range() ? Range::kFull : Range::kStudio);
  return FrameAccess::with_picture(frame, std::move(copy));
}

}  // namespace vigil::media
