#include "media/packet_clock.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace vigil::media {
namespace {

using core::MediaDuration;
using core::MediaTime;

constexpr AVRational kMicroseconds{1, 1'000'000};
constexpr std::size_t kMostWaiting = 512;
constexpr std::int64_t kUsualFrameUs = 40'000;
// A picture so far from where it should be means a new clock; smaller steps do when they stay.
constexpr std::int64_t kNewClockUs = 1'000'000;
constexpr int kStays = 4;

}  // namespace

void PacketClock::begin(const AVStream& stream) {
  end();
  stream_ = &stream;
}

void PacketClock::end() {
  stream_ = nullptr;
  anchor_.reset();
  undated_.reset();
  away_in_a_row_ = 0;
  waiting_.clear();
}

void PacketClock::packet(const AVPacket& packet) {
  if (!stream_) return;
  AvPtr<AVPacket> kept(av_packet_clone(&packet));
  if (!kept) return;
  if (anchor_) {
    give(*kept);
    return;
  }
  waiting_.push_back(std::move(kept));
  if (waiting_.size() > kMostWaiting) waiting_.pop_front();
}

void PacketClock::placed(std::optional<std::int64_t> ticks, MediaTime time) {
  if (!stream_) return;
  if (!ticks) {
    if (!anchor_ && !undated_) undated_ = time;
    return;
  }
  if (!anchor_) {
    anchor(*ticks, time);
    date_first_packets();
    for (const AvPtr<AVPacket>& packet : std::exchange(waiting_, {})) give(*packet);
    return;
  }
  const MediaDuration away = time - at(*ticks);
  const bool same = std::abs((away - away_).us()) <= 1;
  away_ = away;
  away_in_a_row_ = std::abs(away.us()) <= 1 ? 0 : same ? away_in_a_row_ + 1 : 1;
  if (std::abs(away.us()) >= kNewClockUs || away_in_a_row_ >= kStays) anchor(*ticks, time);
}

void PacketClock::anchor(std::int64_t ticks, MediaTime time) {
  anchor_ = Anchor{.ticks = ticks, .time = time};
  away_ = {};
  away_in_a_row_ = 0;
}

// Rounded as TimeLine does: the distance, not the ends.
MediaTime PacketClock::at(std::int64_t ticks) const {
  return anchor_->time + MediaDuration::from_us(av_rescale_q(ticks - anchor_->ticks, stream_->time_base, kMicroseconds));
}

// Where pictures are reordered, the first packets have no decoding time; of some cameras (RTSP before its clock is known)
// the first, a key frame, has no time at all.
void PacketClock::date_first_packets() {
  const std::int64_t usual = std::max<std::int64_t>(av_rescale_q(kUsualFrameUs, kMicroseconds, stream_->time_base), 1);
  std::optional<std::int64_t> next;
  for (auto held = waiting_.rbegin(); held != waiting_.rend(); ++held) {
    AVPacket& packet = **held;
    if (packet.dts == AV_NOPTS_VALUE && next) {
      packet.dts = *next - (packet.duration > 0 ? packet.duration : usual);
      if (packet.pts != AV_NOPTS_VALUE) packet.dts = std::min(packet.dts, packet.pts);
    }
    if (packet.dts != AV_NOPTS_VALUE) next = packet.dts;
  }
}

void PacketClock::give(AVPacket& packet) {
  if (!stream_) return;  // it was ended from within
  if (packet.dts == AV_NOPTS_VALUE) packet.dts = packet.pts;
  if (packet.dts == AV_NOPTS_VALUE) return;
  const MediaTime dts = at(packet.dts);
  const MediaTime pts = packet.pts == AV_NOPTS_VALUE ? std::exchange(undated_, std::nullopt).value_or(dts) : at(packet.pts);
  packet.pts = pts.us();
  packet.dts = std::min(dts, pts).us();
  packet.duration = av_rescale_q(packet.duration, stream_->time_base, kMicroseconds);
  packet.time_base = kMicroseconds;
  give_(packet);
}

}  // namespace vigil::media
