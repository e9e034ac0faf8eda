#include "media/demuxer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <format>
#include <thread>
#include <utility>
#include <vector>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include "core/check.h"
#include "core/log.h"
#include "media/failure_words.h"
#include "media/input_kind.h"

namespace vigil::media {
namespace {

using core::Error;
using core::ErrorCode;
using core::fail;

// So many damaged reads in a row are the end: some demuxers would report the same damage for ever.
constexpr int kDamagedReadsInARow = 256;
constexpr auto kDevicePoll = std::chrono::milliseconds(5);

ErrorCode code_of(int code) {
  switch (code) {
    case AVERROR(ENOENT):
    case AVERROR_HTTP_NOT_FOUND: return ErrorCode::kNotFound;
    case AVERROR(ETIMEDOUT): return ErrorCode::kTimedOut;
    case AVERROR_PROTOCOL_NOT_FOUND:
    case AVERROR_DEMUXER_NOT_FOUND:
    case AVERROR_PATCHWELCOME: return ErrorCode::kUnsupported;
    case AVERROR(EIO): return ErrorCode::kIo;
    default: return ErrorCode::kUnreadable;
  }
}

// Text rendered as pictures is no video.
bool is_text_art(AVCodecID codec) {
  constexpr std::array kTextArt = {AV_CODEC_ID_ANSI, AV_CODEC_ID_BINTEXT, AV_CODEC_ID_XBIN, AV_CODEC_ID_IDF};
  return std::ranges::contains(kTextArt, codec);
}

}  // namespace

Demuxer::Demuxer(const MediaInput& input, const SourceOptions& source_options)
    : url_(input.url),
      name_(core::redact_url(input.url)),
      interrupt_(source_options.stop),
      read_timeout_(source_options.read_timeout) {}

Demuxer::~Demuxer() { avformat_close_input(&format_); }

core::Result<std::unique_ptr<Demuxer>> Demuxer::open(const MediaInput& input, const SourceOptions& source_options,
                                                     DemuxerOptions options) {
  init_ffmpeg();
  std::unique_ptr<Demuxer> demuxer(new Demuxer(input, source_options));
  demuxer->all_streams_ = options.all_streams;
  if (auto opened = demuxer->open_input(input, source_options); !opened) return std::unexpected(opened.error());
  if (auto chosen = demuxer->choose_stream(source_options, options); !chosen) return std::unexpected(chosen.error());
  demuxer->interrupt_.clear();
  return demuxer;
}

Error Demuxer::failure(int code, std::string_view what) const {
  if (interrupt_.stopped()) return Error{ErrorCode::kCancelled, std::format("{}: cancelled", name_)};
  // FFmpeg remembers that it was told to exit, and says so again in later calls.
  if (interrupt_.expired() || code == AVERROR_EXIT)
    return Error{ErrorCode::kTimedOut, std::format("{}: no answer in time while {}", name_, what)};
  if (code == AVERROR_INVALIDDATA) {
    return Error{ErrorCode::kUnreadable, std::format("{}: not a video, or its header is damaged", name_)};
  }
  return Error{code_of(code), std::format("{}: failed while {}: {}", name_, what, failure_words(code, url_))};
}

core::Status Demuxer::open_input(const MediaInput& input, const SourceOptions& source_options) {
  format_ = avformat_alloc_context();
  VIGIL_CHECK(format_, "out of memory");
  format_->interrupt_callback = {[](void* self) { return static_cast<Interrupt*>(self)->raised() ? 1 : 0; }, &interrupt_};

  AvOptions options;
  const AVInputFormat* forced = nullptr;
  std::string url = input.url;
  if (!input.bytes.empty()) {
    memory_ = std::make_unique<MemoryReader>(input.bytes);
    format_->pb = memory_->context();
    options.set("protocol_whitelist", "data");
  } else {
    const auto kind = classify_input(input.url);
    if (!kind) return std::unexpected(kind.error());
    url = kind->ffmpeg_url;
    live_ = kind->live_protocol || kind->device;
    deadlines_ = kind->network || kind->device;
    options.set("protocol_whitelist", kind->protocols);
    if (kind->live_protocol) options.set("rtsp_transport", "tcp");
    if (!kind->format.empty()) forced = av_find_input_format(kind->format.c_str());
    if (kind->device) format_->flags |= AVFMT_FLAG_NONBLOCK;
  }
  if (deadlines_) interrupt_.start(source_options.open_timeout);
  const int code = avformat_open_input(&format_, url.c_str(), forced, options.get());
  if (code < 0) return std::unexpected(failure(code, "opening"));
  return {};
}

core::Status Demuxer::choose_stream(const SourceOptions& source_options, const DemuxerOptions& options) {
  const auto complete = [&] {
    return std::ranges::all_of(std::span(format_->streams, format_->nb_streams), [](const AVStream* s) {
      const AVCodecParameters& p = *s->codecpar;
      return p.codec_type != AVMEDIA_TYPE_VIDEO || (p.codec_id != AV_CODEC_ID_NONE && p.width > 0 && p.height > 0);
    });
  };
  if (options.probe_codec || !container().starts_with("mov") || format_->nb_streams == 0 || !complete()) {
    std::vector<AvOptions> per_stream(format_->nb_streams);
    std::vector<AVDictionary*> dictionaries;
    for (AvOptions& stream_options : per_stream) {
      dictionaries.push_back(*stream_options.set("max_pixels", source_options.max_pixels).get());
    }
    const int code = avformat_find_stream_info(format_, dictionaries.empty() ? nullptr : dictionaries.data());
    for (std::size_t i = 0; i < per_stream.size(); ++i) *per_stream[i].get() = dictionaries[i];
    if (code < 0) return std::unexpected(failure(code, "reading the header"));
    if (interrupt_.raised()) return std::unexpected(failure(AVERROR_EXIT, "reading the header"));
  }

  bool audio = false;
  for (AVStream* candidate : std::span(format_->streams, format_->nb_streams)) {
    const AVCodecParameters& p = *candidate->codecpar;
    audio |= p.codec_type == AVMEDIA_TYPE_AUDIO;
    const bool picture = p.codec_type == AVMEDIA_TYPE_VIDEO && !(candidate->disposition & AV_DISPOSITION_ATTACHED_PIC) &&
                         !is_text_art(p.codec_id);
    if (!picture) continue;
    const bool better =
        !stream_ || ((candidate->disposition & AV_DISPOSITION_DEFAULT) && !(stream_->disposition & AV_DISPOSITION_DEFAULT));
    if (better) stream_ = candidate;
  }
  if (!stream_) {
    return fail(ErrorCode::kUnreadable, audio ? std::format("{}: no video stream, only audio", name_)
                                              : std::format("{}: not a video: no video stream found", name_));
  }
  const AVCodecParameters& p = *stream_->codecpar;
  if (static_cast<std::int64_t>(p.width) * p.height > source_options.max_pixels) {
    return fail(ErrorCode::kUnsupported, std::format("{}: a picture of {}×{} is above the limit of {} pixels", name_,
                                                     p.width, p.height, source_options.max_pixels));
  }
  if (p.codec_id == AV_CODEC_ID_NONE) {
    return fail(ErrorCode::kUnsupported, std::format("{}: the video stream's codec is unknown", name_));
  }
  if (p.width <= 0 || p.height <= 0) {
    return fail(ErrorCode::kUnreadable, std::format("{}: no picture in the video stream (damaged or cut short)", name_));
  }
  if (!all_streams_) {
    for (AVStream* other : std::span(format_->streams, format_->nb_streams)) {
      if (other != stream_) other->discard = AVDISCARD_ALL;
    }
  }
  return {};
}

core::Result<int> Demuxer::read_once(AVPacket& packet) {
  for (;;) {
    if (interrupt_.stopped()) return std::unexpected(failure(AVERROR_EXIT, "reading"));
    const int code = av_read_frame(format_, &packet);
    if (code != AVERROR(EAGAIN)) return code;
    if (interrupt_.raised()) return std::unexpected(failure(code, "reading"));
    std::this_thread::sleep_for(kDevicePoll);
  }
}

core::Result<bool> Demuxer::read(AVPacket& packet) {
  if (landed_) {
    av_packet_unref(&packet);
    av_packet_move_ref(&packet, landed_.get());
    landed_.reset();
    return true;
  }
  if (deadlines_) interrupt_.start(read_timeout_);
  for (int damaged = 0; damaged < kDamagedReadsInARow;) {
    av_packet_unref(&packet);
    const auto code = read_once(packet);
    if (!code) return std::unexpected(code.error());
    if (*code >= 0) {
      if (all_streams_ || packet.stream_index == stream_->index) return true;
      continue;
    }
    if (*code == AVERROR_EOF) return false;
    const bool medium_failed = format_->pb && format_->pb->error < 0 && format_->pb->error != AVERROR_EOF;
    if (interrupt_.raised() || medium_failed || deadlines_) return std::unexpected(failure(*code, "reading"));
    ++corrupt_;
    ++damaged;
  }
  core::log_warning("{}: too much damage in a row; taken as the end", name_);
  return false;
}

core::Status Demuxer::rewind() {
  landed_.reset();
  if (deadlines_) interrupt_.start(read_timeout_);
  const bool by_bytes = (format_->iformat->flags & AVFMT_TS_DISCONT) && !(format_->iformat->flags & AVFMT_NO_BYTE_SEEK);
  const std::int64_t start = stream_->start_time == AV_NOPTS_VALUE ? 0 : stream_->start_time;
  // Decoding starts before presentation does, so the first packet may be earlier than the start.
  const std::int64_t before = start - av_rescale_q(1, {1, 1}, stream_->time_base);
  int code = -1;
  if (by_bytes) code = avformat_seek_file(format_, -1, 0, 0, 0, AVSEEK_FLAG_BYTE);
  if (code < 0) code = av_seek_frame(format_, stream_->index, before, AVSEEK_FLAG_BACKWARD);
  if (code < 0) code = av_seek_frame(format_, stream_->index, start, AVSEEK_FLAG_BACKWARD);
  if (code < 0) return std::unexpected(failure(code, "going back to the start"));
  return {};
}

core::Status Demuxer::land_on_key(std::int64_t pts, bool& found) {
  found = false;
  AvPtr<AVPacket> packet = make_av_packet();
  for (;;) {
    const auto got = read(*packet);
    if (!got) return std::unexpected(got.error());
    if (!*got) return {};
    if (packet->stream_index != stream_->index || !(packet->flags & AV_PKT_FLAG_KEY)) continue;
    const std::int64_t time = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
    found = time != AV_NOPTS_VALUE && time <= pts;
    landed_ = std::move(packet);
    return {};
  }
}

core::Status Demuxer::seek(std::int64_t pts) {
  if (!seekable()) return fail(ErrorCode::kUnsupported, std::format("{}: not seekable", name_));
  landed_.reset();
  const std::int64_t start = stream_->start_time == AV_NOPTS_VALUE ? 0 : stream_->start_time;
  const std::int64_t half_second = std::max<std::int64_t>(av_rescale_q(500'000, {1, 1'000'000}, stream_->time_base), 1);
  std::int64_t target = pts;
  std::int64_t step = 1;
  // Demuxers seek by decoding time, or roughly: look at where they landed, and go further back until it is early enough.
  while (target > start) {
    if (deadlines_) interrupt_.start(read_timeout_);
    if (avformat_seek_file(format_, stream_->index, INT64_MIN, target, target, 0) < 0) break;
    bool found = false;
    if (auto landed = land_on_key(pts, found); !landed) return landed;
    if (found) return {};
    if (landed_ && landed_->dts != AV_NOPTS_VALUE) target = std::min(target, landed_->dts);
    landed_.reset();
    target -= step;
    step = step == 1 ? half_second : step * 2;
  }
  return rewind();
}

bool Demuxer::seekable() const {
  if (live_ || (format_->iformat->flags & AVFMT_NOTIMESTAMPS) || (format_->ctx_flags & AVFMTCTX_UNSEEKABLE)) return false;
  return !format_->pb || (format_->pb->seekable & AVIO_SEEKABLE_NORMAL);
}

std::string Demuxer::container() const { return format_->iformat->name; }

double Demuxer::frame_rate() const {
  AVRational rate = stream_->avg_frame_rate;
  if ((format_->iformat->flags & AVFMT_NOTIMESTAMPS) && stream_->codecpar->framerate.num > 0)
    rate = stream_->codecpar->framerate;
  if (rate.num <= 0 || rate.den <= 0) rate = stream_->r_frame_rate;
  return rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 0;
}

core::MediaDuration Demuxer::duration() const {
  if (stream_->duration > 0) {
    return core::MediaDuration::from_us(av_rescale_q(stream_->duration, stream_->time_base, {1, 1'000'000}));
  }
  return core::MediaDuration::from_us(std::max<std::int64_t>(format_->duration, 0));
}

TimeLineOptions Demuxer::time_line_options() const {
  TimeLineOptions options;
  if (stream_->time_base.num > 0 && stream_->time_base.den > 0) {
    options.tick_numerator = stream_->time_base.num;
    options.tick_denominator = stream_->time_base.den;
  }
  options.wrap_bits = stream_->pts_wrap_bits;
  const double rate = frame_rate();
  if (rate >= 0.01 && rate <= 1000) options.nominal_period = core::MediaDuration::from_seconds(1 / rate);
  return options;
}

}  // namespace vigil::media
