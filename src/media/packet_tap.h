// PacketTap: sees the compressed packets of a Source on their way to the decoder, and the times that its pictures get. What
// lets one connection to a camera feed the decoder, recorders and those who watch. Used only inside this room; others hand
// the tap() of an object to LiveSourceOptions::taps.
//
// All calls come from the thread that reads the Source, in this order: begin() once, then packet() and placed() mixed, end()
// once. They must not block, or the camera is kept waiting.
#pragma once

#include <cstdint>
#include <optional>

#include "core/time.h"

struct AVPacket;
struct AVStream;

namespace vigil::media {

class PacketTap {
 public:
  virtual ~PacketTap() = default;

  // A connection has been made; `stream` stays valid until its last packet.
  virtual void begin(const AVStream& stream) = 0;

  // In order of decoding. Valid during the call only.
  virtual void packet(const AVPacket& packet) = 0;

  // A picture of this raw timestamp (nothing: it has none) was given this time. In order of presentation.
  virtual void placed(std::optional<std::int64_t> ticks, core::MediaTime time) = 0;

  // The connection is over; another begin() may follow.
  virtual void end() = 0;
};

}  // namespace vigil::media
