// Source: opens anything FFmpeg opens and gives Frames in presentation order; the start of the line.
//
//   auto source = Source::open("street.mp4", {.size = FitShortSide{256}, .format = PixelFormat::kRgb24});
//   if (!source) return std::unexpected(source.error());
//   for (;;) {
//     auto frame = (*source)->read();
//     if (!frame) return std::unexpected(frame.error());   // error
//     if (!*frame) break;                                  // end
//     use(**frame);                                        // frame
//   }
//
// One thread at a time may call a Source; different Sources are independent. request_stop() on the options' token ends a
// blocking call within a second with kCancelled. Times start at the stream's first presented frame = zero, come from the
// stream's timestamps, and rise strictly: missing, repeated, negative and wrapped ones are mended and counted. Variable
// frame rate is kept. Rotation metadata is applied. Scaling and colour conversion happen once, from the decoder's YUV.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <variant>

#include "core/result.h"
#include "core/time.h"
#include "media/frame.h"

namespace vigil::media {

class PacketTap;
struct MediaInput;

struct NativeSize {};  // as coded (after rotation)
struct FitShortSide {
  int pixels = 256;
};  // shorter side becomes `pixels`, aspect kept, even numbers; may enlarge
struct FitLongSide {
  int pixels = 1280;
};  // longer side at most `pixels`, aspect kept, even numbers; never enlarges
struct ExactSize {
  int width_px = 0, height_px = 0;
};  // aspect not kept
using OutputSize = std::variant<NativeSize, FitShortSide, FitLongSide, ExactSize>;

// How a stream's pictures are wanted.
struct View {
  OutputSize size = NativeSize{};
  PixelFormat format = PixelFormat::kI420;
};

struct SourceOptions {
  OutputSize size = NativeSize{};
  PixelFormat format = PixelFormat::kI420;
  std::optional<View> second{};  // the same pictures once more in another form, from one decoding; see read_views()
  int decoder_threads = 1;       // 1–16; more is faster on one stream and costs memory and latency
  bool hardware = false;         // try VAAPI, then NVDEC; falls back to software with one log line
  core::MediaDuration open_timeout = core::MediaDuration::from_seconds(10);  // network and devices
  core::MediaDuration read_timeout = core::MediaDuration::from_seconds(10);
  std::int64_t max_pixels = 64LL * 1024 * 1024;  // a coded picture above this is refused: kUnsupported
  std::stop_token stop{};
  PacketTap* tap = nullptr;  // sees every packet beside the decoder; outlives the Source. For recorders within this room

  core::Status validate() const;
};

// What is known when a source is open.
struct SourceInfo {
  std::string name;       // the URL without secrets, for messages
  std::string container;  // FFmpeg's short name: "mov,mp4,m4a,3gp,3g2,mj2"
  std::string codec;      // "h264"
  int width_px = 0;       // of the stream, as shown
  int height_px = 0;
  int frame_width_px = 0;  // of every Frame given, after scaling; stays even where the stream changes its size
  int frame_height_px = 0;
  double frame_rate = 0;         // average; 0 when unknown. For display only: time comes from each frame
  core::MediaDuration duration;  // zero when unknown (live)
  bool live = false;
  bool seekable = false;
  bool hardware = false;  // decoding on a device
};

// Counters since open; what was skipped or mended is never silent.
struct SourceStats {
  std::uint64_t frames = 0;
  std::uint64_t corrupt_packets = 0;   // packets or frames the decoder refused, skipped
  std::uint64_t concealed_frames = 0;  // frames given although parts of them were missing and filled in by the decoder
  std::uint64_t mended_times = 0;      // timestamps that were missing or did not rise
};

// One picture in both forms, at one time.
struct FrameViews {
  Frame first;   // as size and format say
  Frame second;  // as options.second says; not valid() without one
};

class Source {
 public:
  // `url`: a path, http(s)://, rtsp(s)://, or a v4l2 device (/dev/video0). Blocks until the first video packet's format is
  // known. Errors: kNotFound, kUnreadable (names file and reason: empty, no video stream, not a video …), kUnsupported,
  // kTimedOut, kCancelled, kInvalidArgument (options).
  static core::Result<std::unique_ptr<Source>> open(const std::string& url, SourceOptions options = {});
  // The same for a file that lies in memory; `bytes` outlive the Source, `name` is for messages.
  static core::Result<std::unique_ptr<Source>> open_bytes(std::span<const std::uint8_t> bytes, const std::string& name,
                                                          SourceOptions options = {});
  ~Source();

  // The first frame shall have this time in place of zero. Requires that nothing was read yet.
  void begin_at(core::MediaTime time);

  // The next frame; nothing at the end. Blocks. Corrupt packets are skipped and counted.
  // Errors: kUnreadable (nothing at all could be decoded), kTimedOut, kCancelled, kIo.
  core::Result<std::optional<Frame>> read();

  // As read(), and the second view beside it.
  core::Result<std::optional<FrameViews>> read_views();

  // Repositions so that the next read() gives the first frame with pts >= time, without decoding more than the groups of
  // pictures touched. Requires info().seekable. Errors: kUnsupported (not seekable), as read().
  core::Status seek(core::MediaTime time);

  const SourceInfo& info() const;
  SourceStats stats() const;

 private:
  struct Impl;
  explicit Source(std::unique_ptr<Impl> impl);
  static core::Result<std::unique_ptr<Source>> open_input(const MediaInput& input, const SourceOptions& options);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::media
