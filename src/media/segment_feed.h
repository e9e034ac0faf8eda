// SegmentFeed: packets of a live stream → segments of a few seconds, each a file that plays by itself. The tap of
// LiveRecorder and of ContinuousRecorder; used only inside this room.
//
// A segment begins with a key frame and ends before one, unless it grows too long. Failing to write (a full disk) ends the
// segment, is logged once, and recording goes on with a later key frame. All but reason_refused() belongs to the thread that
// reads the stream. Without end() the last segment is closed untold.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/result.h"
#include "core/time.h"
#include "media/packet_clock.h"
#include "media/packet_tap.h"
#include "media/segment.h"
#include "media/segment_writer.h"

namespace vigil::media {

// Who names and keeps the files. All calls come from the thread that reads the stream.
class SegmentKeeper {
 public:
  virtual ~SegmentKeeper() = default;
  virtual std::filesystem::path path_for(core::MediaTime begin) = 0;
  virtual void began(const std::filesystem::path& path, const Segment& segment) = 0;
  virtual void grew(const Segment& segment) = 0;   // at least once a second
  virtual void ended(const Segment& segment) = 0;  // its file is complete
};

struct SegmentFeedOptions {
  core::MediaDuration segment;   // at least
  core::MediaDuration longest;   // a segment without a key frame ends here, and
  std::uint64_t most_bytes = 0;  // here
};

class SegmentFeed : public PacketTap {
 public:
  // `keeper` outlives the feed.
  SegmentFeed(const SegmentFeedOptions& options, SegmentKeeper& keeper);

  void begin(const AVStream& stream) override;
  void packet(const AVPacket& packet) override;
  void placed(std::optional<std::int64_t> ticks, core::MediaTime time) override;
  void end() override;

  // Why nothing is recorded; empty when something is. From any thread.
  std::string reason_refused() const;

 private:
  void record(AVPacket& packet);
  bool open_segment(const AVPacket& packet, bool key);
  void close_segment(core::MediaTime end);
  void tell(const core::Error& error);
  void give_up(const core::Error& error);
  void refuse(std::string reason);

  const SegmentFeedOptions options_;
  SegmentKeeper& keeper_;
  PacketClock clock_;
  const AVStream* stream_ = nullptr;
  std::unique_ptr<SegmentWriter> writer_;
  Segment segment_;
  core::MediaTime last_dts_;
  core::MediaTime last_end_;
  bool continues_ = false;
  bool failing_ = false;

  mutable std::mutex mutex_;
  std::string refused_;
};

}  // namespace vigil::media
