// PacketClock: packets of one connection after the other → the same packets with times on LiveSource's time line. What the
// taps of SegmentFeed and LiveFragments begin with; used only inside this room.
//
//   PacketClock clock([&](AVPacket& packet) { record(packet); });   // pts and dts in microseconds of the time line
//   clock.begin(stream); clock.packet(packet); clock.placed(ticks, time); clock.end();   // as PacketTap
//
// Packets wait until the first picture of their connection has its time. Afterwards the pts of a packet is what LiveSource
// makes of it, exactly; packets without a timestamp get one from those after them. Where the stream's own clock jumps, the
// packets on their way to the decoder still have times of the clock before.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>

#include "core/time.h"
#include "media/av.h"

struct AVStream;

namespace vigil::media {

class PacketClock {
 public:
  // May change the packet, which is its own, and end the clock.
  using Give = std::function<void(AVPacket&)>;

  explicit PacketClock(Give give) : give_(std::move(give)) {}

  void begin(const AVStream& stream);
  void packet(const AVPacket& packet);
  void placed(std::optional<std::int64_t> ticks, core::MediaTime time);
  void end();

 private:
  // The stream's own clock at one moment of the time line.
  struct Anchor {
    std::int64_t ticks = 0;
    core::MediaTime time;
  };

  core::MediaTime at(std::int64_t ticks) const;
  void anchor(std::int64_t ticks, core::MediaTime time);
  void date_first_packets();
  void give(AVPacket& packet);

  Give give_;
  const AVStream* stream_ = nullptr;
  std::optional<Anchor> anchor_;
  std::optional<core::MediaTime> undated_;  // of the first picture, where the packet of it has no timestamp
  core::MediaDuration away_;                // of the last picture's time from what the anchor says
  int away_in_a_row_ = 0;                   // pictures as far away as the last
  std::deque<AvPtr<AVPacket>> waiting_;     // for the anchor
};

}  // namespace vigil::media
