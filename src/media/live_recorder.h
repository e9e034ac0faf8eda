// LiveRecorder: keeps the last minute of a live stream on disk as it came, without decoding it, and cuts clips and pictures
// out of that.
//
//   auto recorder = LiveRecorder::create({.folder = out / "live"});
//   auto source = LiveSource::create(url, {.taps = {&(*recorder)->tap()}}, tell);   // one connection feeds both
//   auto clip = (*recorder)->cut({.begin = event.begin, .end = event.end}, "clips/event-001.mp4");
//
// The video alone, in segments of a few seconds, each a fragmented MP4 in `folder` that plays by itself; the oldest make
// room. All times are the LiveSource's. A process that is killed loses at most the last second; the next recorder of the
// folder keeps the segments that it left for as long as it lives, up to a day old and within the limit of bytes. A folder
// belongs to one recorder. Failing to write (a full disk) never ends the stream: it is logged, and recording goes on with a
// later key frame.
//
// cut(), picture_at(), keep_from() and recorded_until() may be called from any thread; they block on disk, and the camera
// does not wait for them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "media/clip_writer.h"
#include "media/frame.h"
#include "media/source.h"

namespace vigil::media {

struct LiveRecorderOptions {
  std::filesystem::path folder;
  core::MediaDuration segment = core::MediaDuration::from_seconds(4);  // at least; a segment ends before a key frame
  core::MediaDuration keep = core::MediaDuration::from_seconds(60);    // at least `segment`; what is older goes
  std::uint64_t keep_bytes = 256ULL << 20;                             // of all segments; at least 1 MiB

  core::Status validate() const;  // kInvalidArgument, naming option, value and range
};

struct RecordedClip {
  WrittenClip clip;
  std::vector<std::string> notes;  // sentences: what of the stretch it does not show, and why
};

class PacketTap;

class LiveRecorder {
 public:
  // Makes the folder. Errors: kInvalidArgument, kIo.
  static core::Result<std::unique_ptr<LiveRecorder>> create(LiveRecorderOptions options);
  ~LiveRecorder();  // removes its segments

  // What there is of [begin − pre_roll, end + post_roll), from a key frame on, as an MP4 that browsers play. Copied; where
  // no browser plays the codec it is encoded anew, and the clip says so. Over an outage the last picture stands. Errors:
  // kNotFound (nothing was recorded then), kUnsupported (MP4 cannot hold the codec; named), kIo, kCancelled.
  core::Result<RecordedClip> cut(const ClipRange& range, const std::filesystem::path& target,
                                 const ClipOptions& options = {});

  // The first picture at or after `time`, or the last before it. Errors: as cut().
  core::Result<Frame> picture_at(core::MediaTime time, const OutputSize& size);

  // What begins later is kept beyond `keep`, though not beyond keep_bytes. Nothing: no more.
  void keep_from(std::optional<core::MediaTime> time);

  // Up to here, cut() finds what was shown. Nothing before the first whole second.
  std::optional<core::MediaTime> recorded_until() const;

  std::uint64_t bytes() const;  // of all segments now

  PacketTap& tap();  // for LiveSourceOptions::taps: where the packets come in

 private:
  struct Impl;
  explicit LiveRecorder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::media
