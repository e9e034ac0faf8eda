#include "media/frame.h"

#include <utility>

extern "C" {
#include <libavutil/frame.h>
}

#include "core/check.h"
#include "media/frame_pixels.h"

namespace vigil::media {

Frame::Frame(std::shared_ptr<const Pixels> pixels) : pixels_(std::move(pixels)) {}

core::MediaTime Frame::pts() const { return pixels_->pts; }
core::MediaDuration Frame::duration() const { return pixels_->duration; }
int Frame::width_px() const { return pixels_->picture->width; }
int Frame::height_px() const { return pixels_->picture->height; }
PixelFormat Frame::format() const { return pixels_->format; }
ColorMatrix Frame::matrix() const { return pixels_->matrix; }
bool Frame::full_range() const { return pixels_->full_range; }
bool Frame::keyframe() const { return pixels_->keyframe; }

Plane Frame::plane(int index) const {
  const AVFrame& picture = *pixels_->picture;
  VIGIL_CHECK(index >= 0 && index < (format() == PixelFormat::kI420 ? 3 : 1), "a plane that the format has");
  const bool chroma = index > 0;
  return Plane{.data = picture.data[index],
               .stride_bytes = picture.linesize[index],
               .width_px = chroma ? (picture.width + 1) / 2 : picture.width,
               .height_px = chroma ? (picture.height + 1) / 2 : picture.height};
}

}  // namespace vigil::media
