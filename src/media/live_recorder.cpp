#include "media/live_recorder.h"

#include <chrono>
#include <format>
#include <utility>

#include "core/atomic_file.h"
#include "media/segment_feed.h"
#include "media/segment_join.h"
#include "media/segment_ring.h"

namespace vigil::media {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::fail;
using core::MediaDuration;
using core::MediaTime;

constexpr auto kLeftOversFor = std::chrono::hours(24);
constexpr std::uint64_t kLeastBytes = 1 << 20;
constexpr std::string_view kPrefix = "live-";

std::int64_t unix_milliseconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

class RingKeeper : public SegmentKeeper {
 public:
  RingKeeper(const fs::path& folder, SegmentRing& ring) : folder_(folder), ring_(ring) {}

  fs::path path_for(MediaTime /*begin*/) override {
    return folder_ / std::format("{}{}-{}.mp4", kPrefix, unix_milliseconds(), ++number_);
  }
  void began(const fs::path& path, const Segment& segment) override { ring_.add(path, segment); }
  void grew(const Segment& segment) override { ring_.update(segment); }
  void ended(const Segment& segment) override { ring_.update(segment); }

 private:
  const fs::path& folder_;
  SegmentRing& ring_;
  int number_ = 0;
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
      : options(std::move(given)),
        ring({.keep = options.keep, .keep_bytes = options.keep_bytes}),
        keeper(options.folder, ring),
        feed({.segment = options.segment, .longest = options.keep, .most_bytes = options.keep_bytes / 4}, keeper) {}

  core::Result<std::vector<HeldSegment>> find(MediaTime from, MediaTime to) const;

  LiveRecorderOptions options;
  SegmentRing ring;
  RingKeeper keeper;
  SegmentFeed feed;
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
