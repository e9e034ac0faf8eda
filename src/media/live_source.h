// LiveSource: a camera that is watched for days: gives its Frames on one time line, and comes back by itself when the stream
// is lost or freezes. Or a file, played at its own speed as if it were a camera, once or for ever.
//
//   auto source = LiveSource::create("rtsp://camera/stream", {.source = {.size = FitShortSide{256}}}, tell);
//   for (;;) {
//     auto views = (*source)->read_views();
//     if (!views) return std::unexpected(views.error());   // stopped, or no try can help
//     if (!*views) break;                                  // a file's end, without `loop`
//     use((*views)->first);
//   }
//
// Times rise strictly for as long as the object lives: zero is the first frame of all, and after an outage they go on later
// by the real time that it lasted. Every frame has the size that the first one had, whatever a camera sends after it came
// back. Secrets in the URL reach neither changes nor errors nor the log.
//
// read_views() belongs to one thread, on which changes are told; info(), wall_time() and moment_of() may be called from any.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "media/back_off.h"
#include "media/source.h"

namespace vigil::media {

class PacketTap;

struct LiveSourceOptions {
  SourceOptions source = {};  // as for Source; read_timeout and tap are set here. A stop ends all waiting within a second
  bool realtime = false;      // a file: each frame comes when its time has come, and the end of the file is the end
  bool loop = false;          // with `realtime`: a file that has ended plays again; times go on, and no change is told
  // A stream that shows nothing new for so long is frozen, and connected to anew; above 0. Longer forgives slow cameras.
  core::MediaDuration frozen_after = core::MediaDuration::from_seconds(10);
  BackOffOptions back_off = {};
  std::uint64_t seed = 0;  // of the random part of waits
  // Are fed by the same connection, in this order: the tap() of a LiveRecorder, LiveFragments, ContinuousRecorder. Each
  // outlives the LiveSource.
  std::vector<PacketTap*> taps{};

  core::Status validate() const;  // kInvalidArgument, naming option, value and range
};

enum class StreamState {
  kConnected,     // frames follow
  kLost,          // the connection has ended
  kFrozen,        // it stands but shows nothing new; it is given up
  kReconnecting,  // the next try comes after `wait`
};

struct StreamChange {
  StreamState state = StreamState::kConnected;
  std::string reason;        // why, as a sentence; empty for kConnected
  core::MediaDuration wait;  // of kReconnecting
  core::MediaTime time;      // of the last frame before
};

using StreamSink = std::function<void(const StreamChange&)>;

class LiveSource {
 public:
  using WallTime = std::chrono::system_clock::time_point;
  using Moment = std::chrono::steady_clock::time_point;

  // Connects with the first read. Errors: kInvalidArgument (options).
  static core::Result<std::unique_ptr<LiveSource>> create(std::string url, LiveSourceOptions options, StreamSink sink = {});
  ~LiveSource();

  // The next picture; nothing at the end of a file (with `loop` never). Blocks, through outages too. Errors: kCancelled;
  // kInvalidArgument (what is stored, without `realtime`) and kUnsupported, which no other try would mend; of a device that
  // was never there kNotFound; of a file as Source::open and Source::read.
  core::Result<std::optional<FrameViews>> read_views();

  // How often a file was begun anew; where this has grown, the last frame does not follow from the one before. On the
  // reading thread.
  std::uint64_t repeats() const;

  // Of the connection that is, or was last; nothing before the first.
  std::optional<SourceInfo> info() const;
  SourceStats stats() const;  // over all connections; on the reading thread

  // When the picture of this time arrived, or would have with the least delay seen lately. Nothing before the first frame.
  std::optional<Moment> moment_of(core::MediaTime time) const;
  std::optional<WallTime> wall_time(core::MediaTime time) const;  // the same on the system's clock

 private:
  struct Impl;
  explicit LiveSource(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::media
