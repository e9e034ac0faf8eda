#include "media/converter.h"

#include <algorithm>
#include <cmath>
#include <format>

#include <opencv2/core.hpp>

extern "C" {
#include <libavcodec/packet.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

#include "core/check.h"
#include "media/colors.h"
#include "media/frame_pixels.h"

namespace vigil::media {
namespace {

using core::ErrorCode;
using core::fail;

constexpr int kRowAlignment = 64;

AVPixelFormat av_format(PixelFormat format) {
  switch (format) {
    case PixelFormat::kI420: return AV_PIX_FMT_YUV420P;
    case PixelFormat::kRgb24: return AV_PIX_FMT_RGB24;
    case PixelFormat::kGray8: return AV_PIX_FMT_GRAY8;
  }
  return AV_PIX_FMT_NONE;
}

// yuvj420p is yuv420p with the range written into the name.
AVPixelFormat plain_format(int format) {
  switch (format) {
    case AV_PIX_FMT_YUVJ420P: return AV_PIX_FMT_YUV420P;
    case AV_PIX_FMT_YUVJ422P: return AV_PIX_FMT_YUV422P;
    case AV_PIX_FMT_YUVJ444P: return AV_PIX_FMT_YUV444P;
    case AV_PIX_FMT_YUVJ440P: return AV_PIX_FMT_YUV440P;
    case AV_PIX_FMT_YUVJ411P: return AV_PIX_FMT_YUV411P;
    default: return static_cast<AVPixelFormat>(format);
  }
}

bool is_full_range(const AVFrame& picture) {
  return picture.color_range == AVCOL_RANGE_JPEG || plain_format(picture.format) != picture.format;
}

ColorMatrix matrix_of(const AVFrame& picture) {
  switch (picture.colorspace) {
    case AVCOL_SPC_BT709: return ColorMatrix::kBt709;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL: return ColorMatrix::kBt2020;
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M:
    case AVCOL_SPC_FCC: return ColorMatrix::kBt601;
    default: return std::min(picture.width, picture.height) >= 720 ? ColorMatrix::kBt709 : ColorMatrix::kBt601;
  }
}

// The picture's first plane is 8-bit luma as it stands.
bool has_plain_luma(AVPixelFormat format) {
  const AVPixFmtDescriptor* d = av_pix_fmt_desc_get(format);
  return d &&
         !(d->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL)) &&
         d->comp[0].depth == 8 && d->comp[0].step == 1 && d->comp[0].plane == 0 && d->comp[0].offset == 0;
}

// Even, at least 2; capped far above any limit so that wild aspects stay representable.
int even(double value) { return 2 * static_cast<int>(std::lround(std::clamp(value / 2, 1.0, 1e8))); }
int even_below(double value) { return 2 * static_cast<int>(std::clamp(value / 2 + 1e-6, 1.0, 1e8)); }

void turn_plane(const cv::Mat& from, cv::Mat& to, Orientation orientation) {
  cv::Mat mirrored = from;
  if (orientation.mirrored) cv::flip(from, orientation.quarter_turns ? mirrored = cv::Mat() : to, 1);
  switch (orientation.quarter_turns) {
    case 1: cv::rotate(mirrored, to, cv::ROTATE_90_CLOCKWISE); break;
    case 2: cv::rotate(mirrored, to, cv::ROTATE_180); break;
    case 3: cv::rotate(mirrored, to, cv::ROTATE_90_COUNTERCLOCKWISE); break;
    default: break;
  }
}

cv::Mat plane_of(const AVFrame& picture, int index) {
  const bool chroma = index > 0;
  const int type = picture.format == AV_PIX_FMT_RGB24 ? CV_8UC3 : CV_8UC1;
  return cv::Mat(chroma ? (picture.height + 1) / 2 : picture.height, chroma ? (picture.width + 1) / 2 : picture.width, type,
                 picture.data[index], static_cast<std::size_t>(picture.linesize[index]));
}

}  // namespace

Orientation orientation_of(const AVStream& stream) {
  const AVPacketSideData* side = av_packet_side_data_get(stream.codecpar->coded_side_data,
                                                         stream.codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
  if (!side || side->size < 9 * sizeof(std::int32_t)) return {};
  std::array<std::int32_t, 9> matrix;
  std::copy_n(reinterpret_cast<const std::int32_t*>(side->data), 9, matrix.begin());
  const double determinant = static_cast<double>(matrix[0]) * matrix[4] - static_cast<double>(matrix[1]) * matrix[3];
  Orientation orientation{.mirrored = determinant < 0};
  if (orientation.mirrored) av_display_matrix_flip(matrix.data(), 1, 0);
  const double clockwise = -av_display_rotation_get(matrix.data());
  if (!std::isfinite(clockwise)) return {};
  const double quarters = clockwise / 90;
  if (std::abs(quarters - std::round(quarters)) > 0.02) return Orientation{.mirrored = orientation.mirrored};
  orientation.quarter_turns = (static_cast<int>(std::lround(quarters)) % 4 + 4) % 4;
  return orientation;
}

PictureSize output_size(const OutputSize& size, PictureSize shown) {
  const int short_side = std::min(shown.width_px, shown.height_px);
  const int long_side = std::max(shown.width_px, shown.height_px);
  if (const auto* fit = std::get_if<FitShortSide>(&size)) {
    const double factor = static_cast<double>(fit->pixels) / short_side;
    return {even(shown.width_px * factor), even(shown.height_px * factor)};
  }
  if (const auto* fit = std::get_if<FitLongSide>(&size)) {
    const double factor = std::min(1.0, static_cast<double>(fit->pixels) / long_side);
    return {even_below(shown.width_px * factor), even_below(shown.height_px * factor)};
  }
  if (const auto* exact = std::get_if<ExactSize>(&size)) return {exact->width_px, exact->height_px};
  return shown;
}

void Converter::PoolDeleter::operator()(AVBufferPool* pool) const { av_buffer_pool_uninit(&pool); }

Converter::Converter(std::string name, const AVStream& stream, const SourceOptions& options)
    : name_(std::move(name)), format_(options.format), orientation_(orientation_of(stream)) {
  const bool sideways = orientation_.quarter_turns % 2 != 0;
  shown_ = {stream.codecpar->width, stream.codecpar->height};
  if (sideways) std::swap(shown_.width_px, shown_.height_px);
  size_ = output_size(options.size, shown_);
  stored_ = size_;
  if (sideways) std::swap(stored_.width_px, stored_.height_px);
}

Converter::~Converter() = default;

core::Result<std::unique_ptr<Converter>> Converter::create(const std::string& name, const AVStream& stream,
                                                           const SourceOptions& options) {
  std::unique_ptr<Converter> converter(new Converter(name, stream, options));
  const PictureSize size = converter->size();
  if (static_cast<std::int64_t>(size.width_px) * size.height_px <= options.max_pixels) return converter;
  return fail(ErrorCode::kUnsupported,
              std::format("{}: frames of {}×{} are above the limit of {} pixels; ask for a smaller size", name,
                          size.width_px, size.height_px, options.max_pixels));
}

core::Result<AvPtr<AVFrame>> Converter::pooled(PictureSize size) {
  const AVPixelFormat format = av_format(format_);
  const int bytes = av_image_get_buffer_size(format, size.width_px, size.height_px, kRowAlignment);
  if (bytes < 0)
    return fail(ErrorCode::kUnsupported, std::format("{}: no room for the picture: {}", name_, av_reason(bytes)));
  if (!pool_) {
    // Turned pictures have the same area but other rows; one pool of the larger need serves both.
    const int turned = av_image_get_buffer_size(format, size.height_px, size.width_px, kRowAlignment);
    pool_.reset(av_buffer_pool_init(static_cast<std::size_t>(std::max(bytes, turned)) + kRowAlignment, nullptr));
  }
  AvPtr<AVFrame> frame = make_av_frame();
  frame->buf[0] = pool_ ? av_buffer_pool_get(pool_.get()) : nullptr;
  if (!frame->buf[0]) return fail(ErrorCode::kInternal, std::format("{}: out of memory for pictures", name_));
  frame->format = format;
  frame->width = size.width_px;
  frame->height = size.height_px;
  av_image_fill_arrays(frame->data, frame->linesize, frame->buf[0]->data, format, size.width_px, size.height_px,
                       kRowAlignment);
  return frame;
}

core::Status Converter::prepare_scaler(const AVFrame& picture, PictureSize target) {
  const ColorMatrix matrix = matrix_of(picture);
  const bool full = is_full_range(picture);
  const std::array<int, 5> source = {picture.width, picture.height, picture.format, static_cast<int>(matrix), full};
  if (scaler_ && source == scaler_source_) return {};
  const AVPixelFormat from = plain_format(picture.format);
  if (!sws_isSupportedInput(from)) {
    const char* format_name = av_get_pix_fmt_name(from);
    return fail(ErrorCode::kUnsupported,
                std::format("{}: pixel format {} is not supported", name_, format_name ? format_name : "unknown"));
  }
  constexpr int kFlags = SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP;
  scaler_.reset(sws_getContext(picture.width, picture.height, from, target.width_px, target.height_px, av_format(format_),
                               kFlags, nullptr, nullptr, nullptr));
  if (!scaler_) {
    return fail(ErrorCode::kUnsupported, std::format("{}: cannot scale {}×{} to {}×{}", name_, picture.width, picture.height,
                                                     target.width_px, target.height_px));
  }
  const bool full_out = format_ == PixelFormat::kRgb24 || full;
  set_colors(*scaler_, matrix, full, full_out);
  scaler_source_ = source;
  return {};
}

core::Result<AvPtr<AVFrame>> Converter::scale(const AVFrame& picture) {
  if (auto ready = prepare_scaler(picture, stored_); !ready) return std::unexpected(ready.error());
  auto target = pooled(stored_);
  if (!target) return target;
  const int rows =
      sws_scale(scaler_.get(), picture.data, picture.linesize, 0, picture.height, (*target)->data, (*target)->linesize);
  if (rows != stored_.height_px) {
    return fail(ErrorCode::kInternal, std::format("{}: scaling failed: {}", name_, av_reason(std::min(rows, 0))));
  }
  return target;
}

core::Result<AvPtr<AVFrame>> Converter::turn(const AVFrame& picture) {
  auto target = pooled(size_);
  if (!target) return target;
  for (int i = 0; i < (format_ == PixelFormat::kI420 ? 3 : 1); ++i) {
    cv::Mat to = plane_of(**target, i);
    turn_plane(plane_of(picture, i), to, orientation_);
    VIGIL_CHECK(to.data == (*target)->data[i], "turning writes in place");
  }
  return target;
}

core::Result<Frame> Converter::convert(AVFrame& picture, core::MediaTime pts, core::MediaDuration duration) {
  auto pixels = std::make_shared<Frame::Pixels>();
  pixels->pts = pts;
  pixels->duration = duration;
  pixels->format = format_;
  pixels->matrix = matrix_of(picture);
  pixels->full_range = is_full_range(picture);
  pixels->keyframe = (picture.flags & AV_FRAME_FLAG_KEY) != 0;

  const AVPixelFormat from = plain_format(picture.format);
  const bool right_size = picture.width == stored_.width_px && picture.height == stored_.height_px;
  const bool right_form = from == av_format(format_) || (format_ == PixelFormat::kGray8 && has_plain_luma(from));
  AvPtr<AVFrame> out;
  if (right_size && right_form) {
    out = make_av_frame();
    av_frame_move_ref(out.get(), &picture);
    out->format = av_format(format_);
  } else {
    auto scaled = scale(picture);
    av_frame_unref(&picture);
    if (!scaled) return std::unexpected(scaled.error());
    out = std::move(*scaled);
  }
  if (orientation_.mirrored || orientation_.quarter_turns) {
    auto turned = turn(*out);
    if (!turned) return std::unexpected(turned.error());
    out = std::move(*turned);
  }
  pixels->picture = std::move(out);
  return Frame(std::move(pixels));
}

}  // namespace vigil::media
