#include "media/segment_writer.h"

#include <format>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include "core/check.h"
#include "media/mp4_copy.h"

namespace vigil::media {
namespace {

using core::ErrorCode;

constexpr AVRational kMicroseconds{1, 1'000'000};
constexpr std::int64_t kFragmentUs = 1'000'000;  // what a killed process may lose

}  // namespace

bool SegmentWriter::can_hold(const AVCodecParameters& video) {
  const AVOutputFormat* mp4 = av_guess_format("mp4", nullptr, nullptr);
  return mp4 && avformat_query_codec(mp4, video.codec_id, FF_COMPLIANCE_NORMAL) == 1;
}

core::Status SegmentWriter::failure(int code, ErrorCode kind) const {
  return core::fail(kind, std::format("{}: cannot record: {}", path_.string(), av_reason(code)));
}

core::Result<std::unique_ptr<SegmentWriter>> SegmentWriter::create(const std::filesystem::path& path,
                                                                   const AVCodecParameters& video) {
  std::unique_ptr<SegmentWriter> writer(new SegmentWriter(path));
  if (auto opened = writer->open(video); !opened) return std::unexpected(opened.error());
  return writer;
}

core::Status SegmentWriter::open(const AVCodecParameters& video) {
  if (const int code = avformat_alloc_output_context2(&format_, nullptr, "mp4", path_.c_str()); code < 0) {
    return failure(code, ErrorCode::kIo);
  }
  AVStream* stream = avformat_new_stream(format_, nullptr);
  VIGIL_CHECK(stream, "out of memory");
  avcodec_parameters_copy(stream->codecpar, &video);
  stream->codecpar->codec_tag = mp4_tag_for_browsers(video);
  stream->time_base = kMicroseconds;
  if (const int code = avio_open(&format_->pb, ("file:" + path_.string()).c_str(), AVIO_FLAG_WRITE); code < 0) {
    return failure(code, ErrorCode::kIo);
  }
  AvOptions options;
  options.set("movflags", "+empty_moov+default_base_moof+frag_keyframe").set("frag_duration", kFragmentUs);
  options.set("video_track_timescale", 1'000'000).set("flush_packets", 1);
  const int code = avformat_write_header(format_, options.get());
  if (code < 0) return failure(code, format_->pb->error < 0 ? ErrorCode::kIo : ErrorCode::kUnsupported);
  started_ = true;
  count_bytes();
  return {};
}

SegmentWriter::~SegmentWriter() {
  if (!format_) return;
  if (started_) av_write_trailer(format_);
  avio_closep(&format_->pb);
  avformat_free_context(format_);
}

core::Status SegmentWriter::write(AVPacket& packet) {
  const std::uint64_t before = bytes_;
  packet.stream_index = 0;
  packet.pos = -1;
  av_packet_rescale_ts(&packet, kMicroseconds, format_->streams[0]->time_base);
  const int code = av_write_frame(format_, &packet);
  if (code < 0) return failure(code, ErrorCode::kIo);
  if (format_->pb->error < 0) return failure(format_->pb->error, ErrorCode::kIo);
  count_bytes();
  flushed_ = bytes_ != before;
  return {};
}

core::Status SegmentWriter::finish() {
  started_ = false;
  const int ended = av_write_trailer(format_);
  count_bytes();
  const int closed = avio_closep(&format_->pb);
  if (ended < 0 || closed < 0) return failure(ended < 0 ? ended : closed, ErrorCode::kIo);
  return {};
}

void SegmentWriter::count_bytes() { bytes_ = static_cast<std::uint64_t>(avio_tell(format_->pb)); }

}  // namespace vigil::media
