#include "media/segment_feed.h"

#include <algorithm>
#include <format>
#include <utility>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include "core/log.h"

namespace vigil::media {

using core::ErrorCode;
using core::MediaDuration;
using core::MediaTime;

SegmentFeed::SegmentFeed(const SegmentFeedOptions& options, SegmentKeeper& keeper)
    : options_(options), keeper_(keeper), clock_([this](AVPacket& packet) { record(packet); }) {}

void SegmentFeed::begin(const AVStream& stream) {
  end();
  stream_ = &stream;
  const bool held = SegmentWriter::can_hold(*stream.codecpar);
  refuse(held ? "" : std::format("{} does not go into an MP4", avcodec_get_name(stream.codecpar->codec_id)));
  if (held) clock_.begin(stream);
}

void SegmentFeed::packet(const AVPacket& packet) { clock_.packet(packet); }

void SegmentFeed::placed(std::optional<std::int64_t> ticks, MediaTime time) { clock_.placed(ticks, time); }

void SegmentFeed::end() {
  clock_.end();
  if (writer_) close_segment(last_end_);
  stream_ = nullptr;
}

std::string SegmentFeed::reason_refused() const {
  const std::scoped_lock lock(mutex_);
  return refused_;
}

void SegmentFeed::refuse(std::string reason) {
  const std::scoped_lock lock(mutex_);
  refused_ = std::move(reason);
}

void SegmentFeed::record(AVPacket& packet) {
  const MediaTime pts = MediaTime::from_us(packet.pts);
  const MediaTime dts = MediaTime::from_us(packet.dts);
  const bool key = (packet.flags & AV_PKT_FLAG_KEY) != 0;
  if (writer_) {
    const MediaDuration length = dts - segment_.first_dts;
    const bool full = key && length >= options_.segment;
    const bool overlong = length >= options_.longest || segment_.bytes >= options_.most_bytes;
    const bool fell = dts <= last_dts_;
    // Where one key frame takes over from the segment before, no moment is in neither.
    if (full || overlong || (fell && key)) close_segment(full && !fell ? pts : last_end_);
    if (fell && !key) return;
  }
  if (!writer_ && !open_segment(packet, key)) return;
  if (key) segment_.keys.push_back(pts);
  last_dts_ = dts;
  last_end_ = std::max(last_end_, pts + MediaDuration::from_us(std::max<std::int64_t>(packet.duration, 0)));
  packet.pts -= segment_.first_dts.us();
  packet.dts -= segment_.first_dts.us();
  if (auto written = writer_->write(packet); !written) {
    give_up(written.error());
    return;
  }
  if (!writer_->flushed()) return;
  failing_ = false;
  segment_.end = std::max(dts, segment_.begin);
  segment_.bytes = writer_->bytes();
  keeper_.grew(segment_);
}

bool SegmentFeed::open_segment(const AVPacket& packet, bool key) {
  // Without a key frame only where the one before was ended because it grew too long.
  if (!key && !continues_) return false;
  const MediaTime begin = MediaTime::from_us(packet.pts);
  const std::filesystem::path path = keeper_.path_for(begin);
  auto writer = SegmentWriter::create(path, *stream_->codecpar);
  if (!writer) {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    give_up(writer.error());
    return false;
  }
  writer_ = std::move(*writer);
  continues_ = true;
  segment_ = {.first_dts = MediaTime::from_us(packet.dts), .begin = begin, .end = begin, .keys = {}, .bytes = 0};
  last_end_ = begin;
  keeper_.began(path, segment_);
  return true;
}

void SegmentFeed::close_segment(MediaTime end) {
  const auto finished = writer_->finish();
  segment_.bytes = writer_->bytes();
  writer_.reset();
  if (finished) segment_.end = end;
  if (!finished) tell(finished.error());
  keeper_.ended(segment_);
}

void SegmentFeed::tell(const core::Error& error) {
  if (!failing_) core::log_warning("{}", error.message);
  failing_ = true;
}

void SegmentFeed::give_up(const core::Error& error) {
  tell(error);
  continues_ = false;
  if (writer_) close_segment(segment_.end);
  if (error.code != ErrorCode::kUnsupported) return;
  clock_.end();
  refuse(error.message);
}

}  // namespace vigil::media
