// PacketIndex: the packets of a video stream, read without decoding, and which of them must be decoded to get chosen frames.
// What ClipSampler's random access stands on; used only inside this room.
//
// The index is only trusted where one packet is one frame with a timestamp of its own: then frame i in order of
// presentation is packet shown()[i]. Elsewhere (no timestamps, packed B-frames, a codec of unknown habits, damage)
// the frames are found by decoding. Plain data; free of FFmpeg but for build().
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/result.h"
#include "media/demuxer.h"

namespace vigil::media {

struct PacketEntry {
  std::int64_t pts = 0;
  std::int64_t duration = 0;
  bool key = false;
  bool shown = true;  // false: decoded for others, but an edit list hides it
};

// Packets first … last in order of decoding, the first a key frame.
struct PacketRange {
  int first = 0;
  int last = 0;

  bool operator==(const PacketRange&) const = default;
};

class PacketIndex {
 public:
  // Reads every packet. Nothing where the index cannot be trusted. Errors as Demuxer::read.
  static core::Result<std::optional<PacketIndex>> build(Demuxer& demuxer);

  // From packets in order of decoding; nothing unless the first is a key frame, timestamps are unique, and no frame is shown
  // before the first key frame.
  static std::optional<PacketIndex> from(std::vector<PacketEntry> packets);

  const std::vector<PacketEntry>& packets() const { return packets_; }
  const std::vector<int>& shown() const { return shown_; }  // packet numbers in order of presentation

  std::optional<int> packet_at(std::int64_t pts) const;  // its number
  std::optional<int> frame_at(std::int64_t pts) const;   // its place in shown()

  // What to decode for these frames (places in shown(), rising): from the last key frame that is not shown after the frame
  // (or `keys_earlier` key frames before that), to the frame itself. Ranges that meet are joined.
  std::vector<PacketRange> plan(const std::vector<int>& frames, int keys_earlier) const;

 private:
  int key_for(int frame, int keys_earlier) const;

  std::vector<PacketEntry> packets_;
  std::vector<int> by_pts_;
  std::vector<int> shown_;
  std::vector<int> keys_;
};

}  // namespace vigil::media
