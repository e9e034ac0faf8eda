#include "media/image_file.h"

#include <algorithm>
#include <cmath>
#include <format>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/frame.h>
}

#include "core/atomic_file.h"
#include "core/check.h"
#include "media/av.h"
#include "media/mask_painter.h"
#include "media/overlay.h"
#include "media/recolor.h"

namespace vigil::media {
namespace {

using core::ErrorCode;
using core::fail;

// FFmpeg's JPEG quantiser for the usual 1–100 scale: the same fraction of the standard tables.
int quantiser_for(int quality) {
  const double scale = quality < 50 ? 50.0 / quality : 2 - quality / 50.0;
  return std::clamp(static_cast<int>(std::lround(8 * scale)), 1, 31);
}

core::Result<std::string> encode_still(AVCodecID id, const AVFrame& picture, int quantiser) {
  const AVCodec* codec = avcodec_find_encoder(id);
  if (!codec) return fail(ErrorCode::kUnsupported, std::format("this FFmpeg cannot write {}", avcodec_get_name(id)));
  const AvPtr<AVCodecContext> context(avcodec_alloc_context3(codec));
  VIGIL_CHECK(context, "out of memory");
  context->width = picture.width;
  context->height = picture.height;
  context->pix_fmt = static_cast<AVPixelFormat>(picture.format);
  context->color_range = picture.color_range;
  context->time_base = {1, 25};
  context->strict_std_compliance = FF_COMPLIANCE_UNOFFICIAL;
  if (quantiser > 0) {
    context->flags |= AV_CODEC_FLAG_QSCALE;
    context->global_quality = quantiser * FF_QP2LAMBDA;
    context->qmin = 1;
  }
  const AvPtr<AVPacket> packet = make_av_packet();
  int code = avcodec_open2(context.get(), codec, nullptr);
  if (code >= 0) code = avcodec_send_frame(context.get(), &picture);
  if (code >= 0) code = avcodec_send_frame(context.get(), nullptr);
  if (code >= 0) code = avcodec_receive_packet(context.get(), packet.get());
  if (code < 0) {
    return fail(ErrorCode::kInternal, std::format("a picture of {}×{} cannot be written as {}: {}", picture.width,
                                                  picture.height, codec->name, av_reason(code)));
  }
  return std::string(reinterpret_cast<const char*>(packet->data), static_cast<std::size_t>(packet->size));
}

}  // namespace

core::Result<std::string> encode_jpeg(const Frame& frame, const JpegOptions& options) {
  return encode_jpeg(frame, Annotation(), options);
}

core::Result<std::string> encode_jpeg(const Frame& frame, const Annotation& annotation, const JpegOptions& options) {
  const int quality = options.quality;
  if (!frame.valid() || quality < 1 || quality > 100) {
    return fail(ErrorCode::kInvalidArgument, std::format("a JPEG needs a frame and a quality of 1 … 100, not {}", quality));
  }
  init_ffmpeg();
  auto picture = to_yuv420p(frame, Range::kFull);
  if (!picture) return std::unexpected(picture.error());
  paint_mask(**picture, options.mask, Range::kFull);
  draw_annotation(**picture, annotation);
  (*picture)->color_range = AVCOL_RANGE_JPEG;
  (*picture)->quality = quantiser_for(quality) * FF_QP2LAMBDA;
  return encode_still(AV_CODEC_ID_MJPEG, **picture, quantiser_for(quality));
}

core::Status write_jpeg(const Frame& frame, const std::filesystem::path& path, const JpegOptions& options) {
  const auto bytes = encode_jpeg(frame, options);
  if (!bytes) return std::unexpected(bytes.error().with_context(path.string()));
  return core::write_file_atomically(path, *bytes);
}

core::Result<std::string> encode_png(const std::vector<std::uint8_t>& rgb, int width_px, int height_px) {
  const bool fits = width_px > 0 && height_px > 0 &&
                    rgb.size() == 3 * static_cast<std::size_t>(width_px) * static_cast<std::size_t>(height_px);
  if (!fits) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("{} bytes are no RGB picture of {}×{}", rgb.size(), width_px, height_px));
  }
  init_ffmpeg();
  const AvPtr<AVFrame> picture = make_av_frame();
  picture->format = AV_PIX_FMT_RGB24;
  picture->width = width_px;
  picture->height = height_px;
  if (const int code = av_frame_get_buffer(picture.get(), 0); code < 0) {
    return fail(ErrorCode::kInternal, std::format("no room for a picture of {}×{}", width_px, height_px));
  }
  const std::size_t row = 3 * static_cast<std::size_t>(width_px);
  for (int y = 0; y < height_px; ++y) {
    std::copy_n(rgb.data() + static_cast<std::size_t>(y) * row, row,
                picture->data[0] + static_cast<std::ptrdiff_t>(y) * picture->linesize[0]);
  }
  return encode_still(AV_CODEC_ID_PNG, *picture, 0);
}

}  // namespace vigil::media
