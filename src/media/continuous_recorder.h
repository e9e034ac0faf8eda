// ContinuousRecorder: all that a live stream shows, as it came, in segments of a few seconds that are handed on one by one:
// what a recording around the clock is made of.
//
//   for (const LeftOverSegment& left : left_over_segments(folder)) adopt(left);   // of a process that was killed
//   auto recorder = ContinuousRecorder::create({.folder = folder, .wall_time = wall_time}, store);
//   auto source = LiveSource::create(url, {.taps = {&(*recorder)->tap()}});
//
// The video alone; each segment is a fragmented MP4 in `folder` that plays by itself and begins with a key frame. Those of
// one connection follow each other without a gap. A file is named by the wall time of its first picture, in microseconds
// since 1970; while it is written its name begins with a dot, and what is older than a second is in it whatever happens to
// the process. When it is complete it is synced, and the sink is told on a thread of the recorder's own, so that neither
// disk nor database keep the camera waiting. The sink takes the file away (or leaves it, as left over); when it fails it is
// asked again later. A folder belongs to one recorder. Failing to write (a full disk) never ends the stream: it is logged,
// and recording goes on with a later key frame.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/time.h"

namespace vigil::media {

class PacketTap;

using RecordedAt = std::chrono::system_clock::time_point;

struct FinishedSegment {
  std::filesystem::path path;
  core::MediaTime begin;  // on LiveSource's time line, up to the begin of the next where one follows
  core::MediaTime end;
  RecordedAt recorded_at;  // of begin
  std::uint64_t bytes = 0;
};

// One call at a time, in order; may block.
using SegmentSink = std::function<core::Status(const FinishedSegment&)>;

struct ContinuousRecorderOptions {
  std::filesystem::path folder;
  core::MediaDuration segment =
      core::MediaDuration::from_seconds(4);                   // at least; above 0. Longer: fewer files, more to lose
  std::function<RecordedAt(core::MediaTime)> wall_time = {};  // called on the thread that reads; empty: now
  std::size_t most_waiting = 10'000;  // for the sink, at least 1; those beyond stay in `folder`, as left over
  core::MediaDuration try_again = core::MediaDuration::from_seconds(5);  // after the sink failed

  core::Status validate() const;  // kInvalidArgument, naming option, value and range
};

class ContinuousRecorder {
 public:
  // Makes the folder. Errors: kInvalidArgument, kIo.
  static core::Result<std::unique_ptr<ContinuousRecorder>> create(ContinuousRecorderOptions options, SegmentSink sink);
  ~ContinuousRecorder();  // tells the sink of what waits, once; blocks for it. What it fails with stays in the folder

  // Why nothing is recorded, as a sentence; empty when something is. From any thread.
  std::string refused() const;

  std::size_t waiting() const;  // segments that the sink was not told of yet. From any thread

  PacketTap& tap();  // for LiveSourceOptions::taps: where the packets come in

 private:
  struct Impl;
  explicit ContinuousRecorder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

struct LeftOverSegment {
  std::filesystem::path path;
  RecordedAt recorded_at;      // of the first picture
  core::MediaDuration length;  // of what plays
  std::uint64_t bytes = 0;
};

// What an earlier recorder of the folder left behind, complete or not, oldest first; to be asked before the next is created.
// Files without a picture are removed. Reads every file. A folder that is not there has nothing.
std::vector<LeftOverSegment> left_over_segments(const std::filesystem::path& folder);

}  // namespace vigil::media
