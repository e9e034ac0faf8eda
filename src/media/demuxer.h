// Demuxer: opens a file, URL, device or block of memory and gives the compressed packets of its video stream. The first step
// of Source, ClipSampler and cut_clip; used only inside this room.
//
//   auto demuxer = Demuxer::open({.url = "street.mp4"}, options);
//   AvPtr<AVPacket> packet = make_av_packet();
//   while (auto got = (*demuxer)->read(*packet)) if (!*got) break;   // true: a packet, false: end
//
// One thread at a time. Damaged stretches of the container are skipped and counted.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "core/result.h"
#include "core/time.h"
#include "media/av.h"
#include "media/interrupt.h"
#include "media/memory_reader.h"
#include "media/source.h"
#include "media/time_line.h"

struct AVStream;

namespace vigil::media {

struct MediaInput {
  std::string url;                      // with `bytes`: only a name for messages
  std::span<const std::uint8_t> bytes;  // when not empty: the content itself; outlives the Demuxer
};

struct DemuxerOptions {
  bool probe_codec = true;   // decode a little to learn what the header does not say; false: not where MP4's header suffices
  bool all_streams = false;  // read() gives packets of other streams too (for stream copy)
};

class Demuxer {
 public:
  // Errors as Source::open.
  static core::Result<std::unique_ptr<Demuxer>> open(const MediaInput& input, const SourceOptions& source_options,
                                                     DemuxerOptions options = {});
  ~Demuxer();
  Demuxer(const Demuxer&) = delete;
  Demuxer& operator=(const Demuxer&) = delete;

  // The next packet into `packet`; false at the end. Errors: kTimedOut, kCancelled, kIo.
  core::Result<bool> read(AVPacket& packet);

  // Goes to a key frame whose presentation time is at or before `pts` (raw ticks) where there is one, else to the start. The
  // next read() gives that key frame. Errors: kUnsupported (not seekable), kCancelled, kTimedOut, kIo.
  core::Status seek(std::int64_t pts);

  // The start of the stream. Errors as seek().
  core::Status rewind();

  const std::string& name() const { return name_; }
  AVFormatContext& format() { return *format_; }
  AVStream& stream() { return *stream_; }
  const AVStream& stream() const { return *stream_; }
  Interrupt& interrupt() { return interrupt_; }
  bool live() const { return live_; }
  bool seekable() const;          // there are timestamps to seek by, and the input can be repositioned
  std::string container() const;  // FFmpeg's short name
  double frame_rate() const;      // average; 0 when unknown
  core::MediaDuration duration() const;
  TimeLineOptions time_line_options() const;
  std::uint64_t corrupt() const { return corrupt_; }

 private:
  Demuxer(const MediaInput& input, const SourceOptions& source_options);
  core::Status open_input(const MediaInput& input, const SourceOptions& source_options);
  core::Status choose_stream(const SourceOptions& source_options, const DemuxerOptions& options);
  core::Result<int> read_once(AVPacket& packet);
  core::Status land_on_key(std::int64_t pts, bool& found);
  core::Error failure(int code, std::string_view what) const;

  std::string url_;   // with its secrets
  std::string name_;  // without
  Interrupt interrupt_;
  core::MediaDuration read_timeout_;
  bool live_ = false;
  bool deadlines_ = false;  // network and devices: blocking calls end after a time-out
  std::unique_ptr<MemoryReader> memory_;
  AVFormatContext* format_ = nullptr;
  AVStream* stream_ = nullptr;
  bool all_streams_ = false;
  AvPtr<AVPacket> landed_;  // the key frame that a seek found, given by the next read()
  std::uint64_t corrupt_ = 0;
};

}  // namespace vigil::media
