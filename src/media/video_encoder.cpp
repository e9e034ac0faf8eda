#include "media/video_encoder.h"

#include <format>
#include <utility>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
}

#include "core/check.h"

namespace vigil::media {
namespace {

using core::ErrorCode;
using core::fail;

constexpr AVRational kMicroseconds{1, 1'000'000};
constexpr int kKeyFrameInterval = 50;            // frames; a fragment ends at each
constexpr std::int64_t kFragmentUs = 2'000'000;  // what a killed process may lose, and the encoder's delay

void set_colors(AVCodecContext& context, const VideoEncoderOptions& options) {
  context.color_range = options.full_range ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  switch (options.matrix) {
    case ColorMatrix::kBt601: context.colorspace = AVCOL_SPC_SMPTE170M; break;
    case ColorMatrix::kBt709: context.colorspace = AVCOL_SPC_BT709; break;
    case ColorMatrix::kBt2020: context.colorspace = AVCOL_SPC_BT2020_NCL; break;
  }
}

}  // namespace

VideoEncoder::~VideoEncoder() {
  if (!format_) return;
  avio_closep(&format_->pb);
  avformat_free_context(format_);
}

core::Status VideoEncoder::failure(int code, std::string_view what) const {
  return fail(ErrorCode::kIo, std::format("{}: cannot {}: {}", path_.string(), what, av_reason(code)));
}

core::Result<std::unique_ptr<VideoEncoder>> VideoEncoder::create(const std::filesystem::path& path,
                                                                 VideoEncoderOptions options) {
  init_ffmpeg();
  const bool even = options.width_px % 2 == 0 && options.height_px % 2 == 0;
  if (options.width_px < 2 || options.height_px < 2 || !even) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("{}: a video of {}×{} cannot be written; both must be even and above 0", path.string(),
                            options.width_px, options.height_px));
  }
  if (options.quality < 0 || options.quality > 51) {
    return fail(ErrorCode::kInvalidArgument, std::format("quality {} is outside 0 … 51", options.quality));
  }
  std::unique_ptr<VideoEncoder> encoder(new VideoEncoder(path));
  if (auto opened = encoder->open(options); !opened) return std::unexpected(opened.error());
  return encoder;
}

core::Status VideoEncoder::open(const VideoEncoderOptions& options) {
  const AVCodec* codec = avcodec_find_encoder_by_name("libx264");
  if (!codec) return fail(ErrorCode::kUnsupported, "this FFmpeg has no libx264, which writing H.264 needs");
  encoder_.reset(avcodec_alloc_context3(codec));
  packet_ = make_av_packet();
  VIGIL_CHECK(encoder_, "out of memory");
  encoder_->width = options.width_px;
  encoder_->height = options.height_px;
  encoder_->pix_fmt = AV_PIX_FMT_YUV420P;
  encoder_->time_base = kMicroseconds;
  encoder_->gop_size = kKeyFrameInterval;
  encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  set_colors(*encoder_, options);
  AvOptions settings;
  settings.set("preset", "veryfast").set("crf", options.quality);
  if (const int code = avcodec_open2(encoder_.get(), codec, settings.get()); code < 0)
    return failure(code, "start the encoder");

  if (const int code = avformat_alloc_output_context2(&format_, nullptr, "mp4", path_.c_str()); code < 0) {
    return failure(code, "write MP4");
  }
  AVStream* stream = avformat_new_stream(format_, nullptr);
  VIGIL_CHECK(stream, "out of memory");
  stream->time_base = kMicroseconds;
  avcodec_parameters_from_context(stream->codecpar, encoder_.get());
  if (const int code = avio_open(&format_->pb, ("file:" + path_.string()).c_str(), AVIO_FLAG_WRITE); code < 0) {
    return failure(code, "create");
  }
  AvOptions muxing;
  muxing.set("movflags", "+hybrid_fragmented+frag_keyframe").set("frag_duration", kFragmentUs);
  muxing.set("video_track_timescale", 1'000'000).set("flush_packets", 1);
  if (const int code = avformat_write_header(format_, muxing.get()); code < 0) return failure(code, "write the header");
  return {};
}

core::Status VideoEncoder::send(const AVFrame* picture) {
  if (const int code = avcodec_send_frame(encoder_.get(), picture); code < 0) return failure(code, "encode");
  for (;;) {
    const int code = avcodec_receive_packet(encoder_.get(), packet_.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return {};
    if (code < 0) return failure(code, "encode");
    packet_->stream_index = 0;
    av_packet_rescale_ts(packet_.get(), kMicroseconds, format_->streams[0]->time_base);
    if (const int written = av_interleaved_write_frame(format_, packet_.get()); written < 0)
      return failure(written, "write");
  }
}

core::Status VideoEncoder::write(AVFrame& picture, core::MediaTime pts, core::MediaDuration duration) {
  VIGIL_CHECK(picture.width == encoder_->width && picture.height == encoder_->height, "the size given at create()");
  VIGIL_CHECK(pts.us() > last_pts_us_, "times rise strictly");
  last_pts_us_ = pts.us();
  picture.pts = pts.us();
  picture.duration = duration.us();
  picture.pict_type = AV_PICTURE_TYPE_NONE;
  return send(&picture);
}

core::Status VideoEncoder::finish() {
  if (last_pts_us_ < 0) return fail(ErrorCode::kInvalidArgument, std::format("{}: no frame was written", path_.string()));
  if (auto flushed = send(nullptr); !flushed) return flushed;
  if (const int code = av_write_trailer(format_); code < 0) return failure(code, "finish");
  if (const int code = avio_closep(&format_->pb); code < 0) return failure(code, "close");
  return {};
}

}  // namespace vigil::media
