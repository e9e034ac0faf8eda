#include "media/mp4_copy.h"

#include <algorithm>
#include <array>
#include <format>
#include <span>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include "core/check.h"

namespace vigil::media {
namespace {

bool carried(const AVCodecParameters& p) {
  constexpr std::array kSound = {AV_CODEC_ID_AAC, AV_CODEC_ID_MP3, AV_CODEC_ID_OPUS};
  return p.codec_type == AVMEDIA_TYPE_AUDIO && std::ranges::contains(kSound, p.codec_id);
}

}  // namespace

bool plays_in_browsers(const AVCodecParameters& video) {
  constexpr std::array kCodecs = {AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_VP9, AV_CODEC_ID_AV1};
  const bool plain = video.format == AV_PIX_FMT_YUV420P || video.format == AV_PIX_FMT_YUVJ420P;
  return plain && std::ranges::contains(kCodecs, video.codec_id);
}

std::uint32_t mp4_tag_for_browsers(const AVCodecParameters& stream) {
  return stream.codec_id == AV_CODEC_ID_HEVC ? MKTAG('h', 'v', 'c', '1') : 0;
}

Mp4Copy::~Mp4Copy() {
  if (!format_) return;
  avio_closep(&format_->pb);
  avformat_free_context(format_);
}

core::Status Mp4Copy::open(Demuxer& input) {
  if (const int code = avformat_alloc_output_context2(&format_, nullptr, "mp4", path_.c_str()); code < 0)
    return failure(code);
  for (const AVStream* stream : std::span(input.format().streams, input.format().nb_streams)) {
    if (stream != &input.stream() && !carried(*stream->codecpar)) continue;
    AVStream* out = avformat_new_stream(format_, nullptr);
    VIGIL_CHECK(out, "out of memory");
    avcodec_parameters_copy(out->codecpar, stream->codecpar);
    out->codecpar->codec_tag = mp4_tag_for_browsers(*stream->codecpar);
    out->time_base = stream->time_base;
    out->sample_aspect_ratio = stream->sample_aspect_ratio;
    places_[stream->index] = out->index;
  }
  const int code = avio_open(&format_->pb, ("file:" + path_.string()).c_str(), AVIO_FLAG_WRITE);
  if (code < 0) return failure(code);
  AvOptions options;
  options.set("movflags", "+faststart");
  if (const int written = avformat_write_header(format_, options.get()); written < 0) return failure(written);
  return {};
}

core::Status Mp4Copy::write(AVPacket& packet, const AVRational& time_base) {
  packet.stream_index = places_.at(packet.stream_index);
  packet.pos = -1;
  av_packet_rescale_ts(&packet, time_base, format_->streams[packet.stream_index]->time_base);
  if (const int code = av_interleaved_write_frame(format_, &packet); code < 0) return failure(code);
  return {};
}

core::Status Mp4Copy::finish() {
  if (const int code = av_write_trailer(format_); code < 0) return failure(code);
  if (const int code = avio_closep(&format_->pb); code < 0) return failure(code);
  return {};
}

core::Status Mp4Copy::failure(int code) const {
  return core::fail(core::ErrorCode::kIo, std::format("{}: cannot write the clip: {}", path_.string(), av_reason(code)));
}

}  // namespace vigil::media
