#include "media/decoder.h"

#include <algorithm>
#include <array>
#include <format>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/hwcontext.h>
}

#include "core/check.h"
#include "core/log.h"

namespace vigil::media {
namespace {

using core::ErrorCode;
using core::fail;

// Codecs whose "not a reference" is final: nothing that is decoded later reads such a picture.
constexpr std::array kExactSkip = {AV_CODEC_ID_H264, AV_CODEC_ID_MPEG4, AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_MPEG1VIDEO};

// The surface format in which `codec` decodes on a device of this type; AV_PIX_FMT_NONE when it cannot.
AVPixelFormat surface_format(const AVCodec* codec, AVHWDeviceType type) {
  for (int i = 0; const AVCodecHWConfig* config = avcodec_get_hw_config(codec, i); ++i) {
    if ((config->methods & AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX) && config->device_type == type) return config->pix_fmt;
  }
  return AV_PIX_FMT_NONE;
}

AVPixelFormat choose_format(AVCodecContext* context, const AVPixelFormat* offered) {
  const auto wanted = static_cast<AVPixelFormat>(reinterpret_cast<std::intptr_t>(context->opaque));
  for (const AVPixelFormat* format = offered; *format != AV_PIX_FMT_NONE; ++format) {
    if (*format == wanted) return wanted;
  }
  return avcodec_default_get_format(context, offered);
}

}  // namespace

core::Result<std::unique_ptr<Decoder>> Decoder::open(const AVStream& stream, const DecoderOptions& options) {
  const AVCodecID id = stream.codecpar->codec_id;
  const AVCodec* codec = avcodec_find_decoder(id);
  if (!codec) return fail(ErrorCode::kUnsupported, std::format("{}: no decoder for {}", options.name, avcodec_get_name(id)));

  std::unique_ptr<Decoder> decoder(new Decoder);
  decoder->context_.reset(avcodec_alloc_context3(codec));
  VIGIL_CHECK(decoder->context_, "out of memory");
  AVCodecContext& context = *decoder->context_;
  if (const int code = avcodec_parameters_to_context(&context, stream.codecpar); code < 0) {
    return fail(ErrorCode::kUnreadable, std::format("{}: damaged stream header: {}", options.name, av_reason(code)));
  }
  context.pkt_timebase = stream.time_base;
  context.thread_count = options.threads;
  context.max_pixels = options.max_pixels;
  if (options.hardware) decoder->attach_device(stream, options.name);
  if (const int code = avcodec_open2(&context, codec, nullptr); code < 0) {
    return fail(ErrorCode::kUnreadable,
                std::format("{}: cannot decode {}: {}", options.name, avcodec_get_name(id), av_reason(code)));
  }
  decoder->on_device_ = make_av_frame();
  decoder->may_skip_ = !decoder->hardware() && std::ranges::contains(kExactSkip, id);
  return decoder;
}

void Decoder::attach_device(const AVStream& stream, const std::string& name) {
  for (const AVHWDeviceType type : {AV_HWDEVICE_TYPE_VAAPI, AV_HWDEVICE_TYPE_CUDA}) {
    const AVPixelFormat surface = surface_format(context_->codec, type);
    if (surface == AV_PIX_FMT_NONE) continue;
    AVBufferRef* device = nullptr;
    if (av_hwdevice_ctx_create(&device, type, nullptr, nullptr, 0) < 0) continue;
    device_.reset(device);
    context_->hw_device_ctx = av_buffer_ref(device);
    context_->opaque = reinterpret_cast<void*>(static_cast<std::intptr_t>(surface));
    context_->get_format = &choose_format;
    return;
  }
  core::log_info("{}: no VAAPI or NVDEC device decodes {} here; decoding on the CPU", name,
                 avcodec_get_name(stream.codecpar->codec_id));
}

bool Decoder::send(const AVPacket* packet) {
  const int code = avcodec_send_packet(context_.get(), packet);
  VIGIL_DCHECK(code != AVERROR(EAGAIN), "all pictures are received before the next packet is sent");
  if (code >= 0 || code == AVERROR_EOF) return true;
  ++corrupt_;
  return false;
}

bool Decoder::receive(AVFrame& picture) {
  for (;;) {
    av_frame_unref(&picture);
    int code = avcodec_receive_frame(context_.get(), &picture);
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return false;
    if (code >= 0 && picture.hw_frames_ctx) {
      av_frame_unref(on_device_.get());
      av_frame_move_ref(on_device_.get(), &picture);
      code = av_hwframe_transfer_data(&picture, on_device_.get(), 0);
      if (code >= 0) code = av_frame_copy_props(&picture, on_device_.get());
    }
    if (code < 0) {
      ++corrupt_;
      continue;
    }
    if ((picture.flags & AV_FRAME_FLAG_CORRUPT) || picture.decode_error_flags) ++concealed_;
    return true;
  }
}

void Decoder::flush() { avcodec_flush_buffers(context_.get()); }

void Decoder::skip_unreferenced(bool skip) {
  context_->skip_frame = skip && may_skip_ ? AVDISCARD_NONREF : AVDISCARD_DEFAULT;
}

}  // namespace vigil::media
