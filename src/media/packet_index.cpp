#include "media/packet_index.h"

#include <algorithm>
#include <array>
#include <utility>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace vigil::media {
namespace {

bool one_packet_one_frame(AVCodecID codec) {
  constexpr std::array kKnown = {AV_CODEC_ID_H264,      AV_CODEC_ID_HEVC,       AV_CODEC_ID_AV1,        AV_CODEC_ID_VP9,
                                 AV_CODEC_ID_MPEG4,     AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_H263,
                                 AV_CODEC_ID_MSMPEG4V2, AV_CODEC_ID_MSMPEG4V3,  AV_CODEC_ID_MJPEG};
  if (std::ranges::contains(kKnown, codec)) return true;
  const AVCodecDescriptor* descriptor = avcodec_descriptor_get(codec);
  return descriptor && (descriptor->props & AV_CODEC_PROP_INTRA_ONLY);
}

// A few bytes hold no picture: "nothing changed" (MPEG-4's not-coded frames), or a frame that was dropped while recording.
constexpr int kSmallestPictureBytes = 8;

}  // namespace

core::Result<std::optional<PacketIndex>> PacketIndex::build(Demuxer& demuxer) {
  if (!demuxer.seekable() || !one_packet_one_frame(demuxer.stream().codecpar->codec_id)) return std::nullopt;
  std::vector<PacketEntry> packets;
  AvPtr<AVPacket> packet = make_av_packet();
  bool trusted = true;
  for (;;) {
    const auto got = demuxer.read(*packet);
    if (!got) return std::unexpected(got.error());
    if (!*got) break;
    trusted =
        packet->pts != AV_NOPTS_VALUE && packet->size >= kSmallestPictureBytes && !(packet->flags & AV_PKT_FLAG_CORRUPT);
    if (!trusted) break;
    packets.push_back(PacketEntry{.pts = packet->pts,
                                  .duration = packet->duration,
                                  .key = (packet->flags & AV_PKT_FLAG_KEY) != 0,
                                  .shown = !(packet->flags & AV_PKT_FLAG_DISCARD)});
  }
  if (!trusted || demuxer.corrupt() > 0) return std::nullopt;
  return from(std::move(packets));
}

std::optional<PacketIndex> PacketIndex::from(std::vector<PacketEntry> packets) {
  if (packets.empty() || !packets.front().key) return std::nullopt;
  PacketIndex index;
  index.packets_ = std::move(packets);
  const auto& all = index.packets_;
  const auto pts = [&](int number) { return all[static_cast<std::size_t>(number)].pts; };
  for (int i = 0; i < static_cast<int>(all.size()); ++i) {
    index.by_pts_.push_back(i);
    if (all[static_cast<std::size_t>(i)].key) index.keys_.push_back(i);
  }
  std::ranges::sort(index.by_pts_, {}, pts);
  if (std::ranges::adjacent_find(index.by_pts_, {}, pts) != index.by_pts_.end()) return std::nullopt;
  std::ranges::copy_if(index.by_pts_, std::back_inserter(index.shown_),
                       [&](int number) { return all[static_cast<std::size_t>(number)].shown; });
  if (index.shown_.empty() || pts(index.shown_.front()) < all.front().pts) return std::nullopt;
  return index;
}

std::optional<int> PacketIndex::packet_at(std::int64_t pts) const {
  const auto of = [&](int number) { return packets_[static_cast<std::size_t>(number)].pts; };
  const auto found = std::ranges::lower_bound(by_pts_, pts, {}, of);
  if (found == by_pts_.end() || of(*found) != pts) return std::nullopt;
  return *found;
}

std::optional<int> PacketIndex::frame_at(std::int64_t pts) const {
  const auto of = [&](int number) { return packets_[static_cast<std::size_t>(number)].pts; };
  const auto found = std::ranges::lower_bound(shown_, pts, {}, of);
  if (found == shown_.end() || of(*found) != pts) return std::nullopt;
  return static_cast<int>(found - shown_.begin());
}

int PacketIndex::key_for(int frame, int keys_earlier) const {
  const int number = shown_[static_cast<std::size_t>(frame)];
  const std::int64_t pts = packets_[static_cast<std::size_t>(number)].pts;
  auto key = std::ranges::upper_bound(keys_, number);
  while (key != keys_.begin()) {
    --key;
    if (packets_[static_cast<std::size_t>(*key)].pts <= pts && keys_earlier-- == 0) return *key;
  }
  return 0;
}

std::vector<PacketRange> PacketIndex::plan(const std::vector<int>& frames, int keys_earlier) const {
  std::vector<PacketRange> needed;
  for (const int frame : frames) needed.push_back({key_for(frame, keys_earlier), shown_[static_cast<std::size_t>(frame)]});
  std::ranges::sort(needed, {}, &PacketRange::first);
  std::vector<PacketRange> joined;
  for (const PacketRange& range : needed) {
    if (joined.empty() || range.first > joined.back().last + 1) {
      joined.push_back(range);
    } else {
      joined.back().last = std::max(joined.back().last, range.last);
    }
  }
  return joined;
}

}  // namespace vigil::media
