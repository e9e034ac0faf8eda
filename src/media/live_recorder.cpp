#include "media/live_recorder.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <format>
#include <mutex>
#include <utility>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include "core/atomic_file.h"
#include "core/log.h"
#include "media/packet_tap.h"
#include "media/segment_join.h"
#include "media/segment_ring.h"
#include "media/segment_writer.h"

namespace vigil::media {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::fail;
using core::MediaDuration;
using core::MediaTime;

constexpr AVRational kMicroseconds{1, 1'000'000};
constexpr std::size_t kMostWaiting = 512;  // packets before the first picture of a connection
constexpr std::int64_t kUsualFrameUs = 40'000;
constexpr auto kNewClock = MediaDuration::from_us(1'000'000);
constexpr auto kLeftOversFor = std::chrono::hours(24);
constexpr std::uint64_t kLeastBytes = 1 << 20;
constexpr std::string_view kPrefix = "live-";

std::int64_t unix_milliseconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

// Takes the packets of one connection after the other; on the thread that reads the stream.
class Feed : public PacketTap {
 public:
  Feed(const LiveRecorderOptions& options, SegmentRing& ring) : options_(options), ring_(ring) {}

  void begin(const AVStream& stream) override {
    end();
    stream_ = &stream;
    const std::scoped_lock lock(mutex_);
    refused_.clear();
    if (!SegmentWriter::can_hold(*stream.codecpar)) {
      refused_ = std::format("{} does not go into an MP4", avcodec_get_name(stream.codecpar->codec_id));
    }
  }

  void packet(const AVPacket& packet) override {
    if (!stream_ || !reason_refused().empty()) return;
    AvPtr<AVPacket> kept(av_packet_clone(&packet));
    if (!kept) return;
    av_packet_rescale_ts(kept.get(), stream_->time_base, kMicroseconds);
    if (kept->pts == AV_NOPTS_VALUE) kept->pts = kept->dts;
    if (kept->dts == AV_NOPTS_VALUE) kept->dts = kept->pts;
    if (offset_) {
      if (kept->dts != AV_NOPTS_VALUE) record(*kept);
      return;
    }
    waiting_.push_back(std::move(kept));
    if (waiting_.size() > kMostWaiting) waiting_.pop_front();
  }

  void placed(std::optional<std::int64_t> ticks, MediaTime time) override {
    if (!ticks || !stream_) return;
    const auto offset = time - MediaTime() - MediaDuration::from_us(av_rescale_q(*ticks, stream_->time_base, kMicroseconds));
    const auto away = offset_ ? MediaDuration::from_us(std::abs((offset - *offset_).us())) : MediaDuration();
    if (offset_ && away < kNewClock) return;
    offset_ = offset;
    date_first_packets();
    for (const AvPtr<AVPacket>& packet : std::exchange(waiting_, {})) record(*packet);
  }

  void end() override {
    close_segment();
    stream_ = nullptr;
    offset_.reset();
    waiting_.clear();
  }

  // Why nothing is recorded; empty when something is.
  std::string reason_refused() const {
    const std::scoped_lock lock(mutex_);
    return refused_;
  }

 private:
  // Of some cameras (RTSP before its clock is known) the first packet, a key frame, has no timestamp.
  void date_first_packets() {
    std::optional<std::int64_t> next;
    for (auto packet = waiting_.rbegin(); packet != waiting_.rend(); ++packet) {
      AVPacket& undated = **packet;
      const std::int64_t length = undated.duration > 0 ? undated.duration : kUsualFrameUs;
      if (undated.dts == AV_NOPTS_VALUE && next) undated.pts = undated.dts = *next - length;
      if (undated.dts != AV_NOPTS_VALUE) next = undated.dts;
    }
    std::erase_if(waiting_, [](const AvPtr<AVPacket>& packet) { return packet->dts == AV_NOPTS_VALUE; });
  }

  MediaTime at(std::int64_t us) const { return MediaTime::from_us(us) + *offset_; }

  void record(AVPacket& packet) {
    const MediaTime dts = at(packet.dts);
    const bool key = (packet.flags & AV_PKT_FLAG_KEY) != 0;
    if (writer_) {
      const MediaDuration length = dts - segment_.first_dts;
      const bool full = key && length >= options_.segment;
      const bool overlong = length >= options_.keep || segment_.bytes >= options_.keep_bytes / 4;
      const bool fell = dts <= last_dts_;
      if (full || overlong || (fell && key)) close_segment();
      if (fell && !key) return;
    }
    if (!writer_ && !open_segment(packet, key)) return;
    if (key) segment_.keys.push_back(at(packet.pts));
    last_dts_ = dts;
    last_end_ = std::max(last_end_, at(packet.pts) + MediaDuration::from_us(std::max<std::int64_t>(packet.duration, 0)));
    packet.pts -= (segment_.first_dts - MediaTime() - *offset_).us();
    packet.dts -= (segment_.first_dts - MediaTime() - *offset_).us();
    if (auto written = writer_->write(packet); !written) {
      give_up(written.error());
      return;
    }
    if (!writer_->flushed()) return;
    segment_.end = std::max(dts, segment_.begin);
    segment_.bytes = writer_->bytes();
    ring_.update(segment_);
  }

  bool open_segment(const AVPacket& packet, bool key) {
    // Without a key frame only where the one before was ended because it grew too long.
    if (!key && !continues_) return false;
    const fs::path path = options_.folder / std::format("{}{}-{}.mp4", kPrefix, unix_milliseconds(), ++number_);
    auto writer = SegmentWriter::create(path, *stream_->codecpar);
    if (!writer) {
      give_up(writer.error());
      return false;
    }
    writer_ = std::move(*writer);
    continues_ = true;
    segment_ = {.first_dts = at(packet.dts), .begin = at(packet.pts), .end = at(packet.pts), .keys = {}, .bytes = 0};
    last_end_ = segment_.begin;
    ring_.add(path, segment_);
    return true;
  }

  void close_segment() {
    if (!writer_) return;
    segment_.bytes = writer_->bytes();
    writer_.reset();
    segment_.end = last_end_;
    ring_.update(segment_);
  }

  void give_up(const core::Error& error) {
    if (!failing_) core::log_warning("{}", error.message);
    failing_ = true;
    continues_ = false;
    close_segment();
    if (error.code != ErrorCode::kUnsupported) return;
    const std::scoped_lock lock(mutex_);
    refused_ = error.message;
  }

  const LiveRecorderOptions& options_;
  SegmentRing& ring_;
  const AVStream* stream_ = nullptr;
  std::optional<MediaDuration> offset_;  // from the stream's own clock to the time line
  std::deque<AvPtr<AVPacket>> waiting_;  // until the offset is known
  std::unique_ptr<SegmentWriter> writer_;
  Segment segment_;
  MediaTime last_dts_;
  MediaTime last_end_;
  bool continues_ = false;
  bool failing_ = false;
  int number_ = 0;

  mutable std::mutex mutex_;
  std::string refused_;
};

}  // namespace

core::Status LiveRecorderOptions::validate() const {
  if (segment.us() <= 0 || keep < segment) {
    return fail(ErrorCode::kInvalidArgument, std::format("recorder: segments of {} s, {} s kept: must be above 0 and rise",
                                                         segment.seconds(), keep.seconds()));
  }
  if (keep_bytes < kLeastBytes) {
    return fail(ErrorCode::kInvalidArgument, std::format("recorder: {} bytes kept; at least {}", keep_bytes, kLeastBytes));
  }
  return {};
}

struct LiveRecorder::Impl {
  explicit Impl(LiveRecorderOptions given)
      : options(std::move(given)), ring({.keep = options.keep, .keep_bytes = options.keep_bytes}), feed(options, ring) {}

  core::Result<std::vector<HeldSegment>> find(MediaTime from, MediaTime to) const;

  LiveRecorderOptions options;
  SegmentRing ring;
  Feed feed;
};

core::Result<std::vector<HeldSegment>> LiveRecorder::Impl::find(MediaTime from, MediaTime to) const {
  auto found = ring.overlapping(from, to);
  if (!found.empty()) return found;
  if (const std::string refused = feed.reason_refused(); !refused.empty()) {
    return fail(ErrorCode::kUnsupported, "nothing is recorded: " + refused);
  }
  return fail(ErrorCode::kNotFound,
              std::format("nothing is recorded of {} … {}", core::format_clock(from), core::format_clock(to)));
}

LiveRecorder::LiveRecorder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LiveRecorder::~LiveRecorder() = default;

core::Result<std::unique_ptr<LiveRecorder>> LiveRecorder::create(LiveRecorderOptions options) {
  init_ffmpeg();
  if (auto valid = options.validate(); !valid) return std::unexpected(valid.error());
  std::error_code error;
  fs::create_directories(options.folder, error);
  if (error) {
    return fail(ErrorCode::kIo, std::format("cannot make the folder {}: {}", options.folder.string(), error.message()));
  }
  std::unique_ptr<LiveRecorder> recorder(new LiveRecorder(std::make_unique<Impl>(std::move(options))));
  const auto oldest = fs::file_time_type::clock::now() - kLeftOversFor;
  for (const fs::directory_entry& entry : fs::directory_iterator(recorder->impl_->options.folder, error)) {
    if (!entry.path().filename().string().starts_with(kPrefix)) continue;
    const bool old = entry.last_write_time(error) < oldest;
    if (old) fs::remove(entry.path(), error);
    if (!old) recorder->impl_->ring.add_left_over(entry.path(), entry.file_size(error));
  }
  return recorder;
}

core::Result<RecordedClip> LiveRecorder::cut(const ClipRange& range, const fs::path& target, const ClipOptions& options) {
  const MediaTime from = range.begin - range.pre_roll;
  const MediaTime to = range.end + range.post_roll;
  const auto segments = impl_->find(from, to);
  if (!segments) return std::unexpected(segments.error());
  const fs::path draft = core::temporary_path(target);
  auto clip = join_segments(*segments, from, to, draft, options);
  if (!clip) {
    std::error_code ignored;
    fs::remove(draft, ignored);
    return clip;
  }
  if (auto committed = core::commit_file(draft, target); !committed) return std::unexpected(committed.error());
  if (clip->clip.begin > range.begin) {
    clip->notes.push_back(std::format("the clip begins {:.1f} s after the event: what was before is no longer there",
                                      (clip->clip.begin - range.begin).seconds()));
  }
  return clip;
}

core::Result<Frame> LiveRecorder::picture_at(MediaTime time, const OutputSize& size) {
  constexpr auto kAround = MediaDuration::from_us(1'000'000);
  auto segments = impl_->find(time - kAround, time + kAround);
  if (!segments) return std::unexpected(segments.error());
  std::optional<Frame> nearest;
  for (const HeldSegment& held : *segments) {
    if (held.segment.end <= time && &held != &segments->back()) continue;
    auto source = Source::open(held.file->path().string(), {.size = size});
    if (!source) return std::unexpected(source.error());
    (*source)->begin_at(held.segment.begin);
    for (;;) {
      auto frame = (*source)->read();
      if (!frame) return std::unexpected(frame.error());
      if (!*frame) break;
      nearest = std::move(**frame);
      if (nearest->pts() >= time) return *nearest;
    }
  }
  if (nearest) return *nearest;
  return fail(ErrorCode::kNotFound, std::format("no picture was recorded at {}", core::format_clock(time)));
}

void LiveRecorder::keep_from(std::optional<MediaTime> time) { impl_->ring.keep_from(time); }
std::optional<MediaTime> LiveRecorder::recorded_until() const { return impl_->ring.end(); }
std::uint64_t LiveRecorder::bytes() const { return impl_->ring.bytes(); }
PacketTap& LiveRecorder::tap() { return impl_->feed; }

}  // namespace vigil::media
