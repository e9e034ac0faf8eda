#include "media/continuous_recorder.h"

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <deque>
#include <format>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string_view>
#include <thread>
#include <utility>

extern "C" {
#include <libavcodec/packet.h>
#include <libavformat/avformat.h>
}

#include "core/atomic_file.h"
#include "core/log.h"
#include "media/demuxer.h"
#include "media/segment_feed.h"

namespace vigil::media {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::fail;
using core::MediaDuration;
using core::MediaTime;

constexpr AVRational kMicroseconds{1, 1'000'000};
constexpr std::string_view kExtension = ".mp4";
// Without a key frame a segment ends here.
constexpr auto kLongest = MediaDuration::from_us(60'000'000);
constexpr std::uint64_t kMostBytes = 256ULL << 20;

std::int64_t microseconds_of(RecordedAt time) {
  return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

// Of "1764180000000000.mp4", or of the draft ".1764180000000000.tmp.mp4"; nothing of other files.
std::optional<RecordedAt> time_in(const fs::path& path) {
  const std::string name = path.filename().string();
  if (!name.ends_with(kExtension)) return std::nullopt;
  const std::string_view digits = std::string_view(name).substr(name.starts_with('.') ? 1 : 0);
  std::int64_t us = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), us);
  if (error != std::errc() || *end != '.') return std::nullopt;
  return RecordedAt(std::chrono::duration_cast<RecordedAt::duration>(std::chrono::microseconds(us)));
}

// Of what plays; nothing when there is no picture.
std::optional<MediaDuration> length_of(const fs::path& path) {
  auto input = Demuxer::open({.url = path.string(), .bytes = {}}, {}, {.probe_codec = false});
  if (!input) return std::nullopt;
  const AvPtr<AVPacket> packet = make_av_packet();
  std::optional<std::int64_t> begin;
  std::int64_t end = 0;
  for (auto got = (*input)->read(*packet); got && *got; got = (*input)->read(*packet)) {
    if (packet->pts == AV_NOPTS_VALUE) continue;
    begin = std::min(begin.value_or(packet->pts), packet->pts);
    end = std::max(end, packet->pts + packet->duration);
  }
  if (!begin) return std::nullopt;
  return MediaDuration::from_us(av_rescale_q(end - *begin, (*input)->stream().time_base, kMicroseconds));
}

// Tells the sink of segments, on a thread of its own.
class HandingOver {
 public:
  HandingOver(const ContinuousRecorderOptions& options, SegmentSink sink)
      : options_(options), sink_(std::move(sink)), thread_([this](const std::stop_token& stop) { work(stop); }) {}

  void add(FinishedSegment segment) {
    const std::scoped_lock lock(mutex_);
    if (waiting_.size() >= options_.most_waiting) {
      core::log_warning("{}: {} segments wait to be stored; this one is left where it is", segment.path.string(),
                        waiting_.size());
      return;
    }
    waiting_.push_back(std::move(segment));
    more_.notify_one();
  }

  std::size_t waiting() const {
    const std::scoped_lock lock(mutex_);
    return waiting_.size();
  }

 private:
  // After a stop all that waits is tried once more.
  void work(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    for (;;) {
      more_.wait(lock, stop, [&] { return !waiting_.empty(); });
      if (waiting_.empty()) return;
      const FinishedSegment segment = waiting_.front();
      lock.unlock();
      const bool told = hand_over(segment);
      lock.lock();
      if (told || stop.stop_requested()) {
        waiting_.pop_front();
      } else {
        more_.wait_for(lock, stop, std::chrono::microseconds(options_.try_again.us()), [] { return false; });
      }
    }
  }

  bool hand_over(const FinishedSegment& segment) {
    std::error_code ignored;
    const fs::path draft = core::temporary_path(segment.path);
    core::Status done;
    if (fs::exists(draft, ignored)) done = core::commit_file(draft, segment.path);
    if (done) done = sink_(segment);
    if (!done && !failing_) core::log_warning("{}: not stored yet: {}", segment.path.string(), done.error().message);
    failing_ = !done;
    return done.has_value();
  }

  const ContinuousRecorderOptions& options_;
  const SegmentSink sink_;
  mutable std::mutex mutex_;
  std::condition_variable_any more_;
  std::deque<FinishedSegment> waiting_;
  bool failing_ = false;
  std::jthread thread_;
};

}  // namespace

core::Status ContinuousRecorderOptions::validate() const {
  if (segment.us() <= 0 || segment > kLongest) {
    return fail(ErrorCode::kInvalidArgument, std::format("recorder: segments of {} s: must be above 0, at most {}",
                                                         segment.seconds(), kLongest.seconds()));
  }
  if (most_waiting < 1) return fail(ErrorCode::kInvalidArgument, "recorder: most_waiting must be at least 1");
  if (try_again.us() <= 0) return fail(ErrorCode::kInvalidArgument, "recorder: try_again must be above 0");
  return {};
}

struct ContinuousRecorder::Impl : SegmentKeeper {
  Impl(ContinuousRecorderOptions given, SegmentSink sink)
      : options(std::move(given)),
        handing_over(options, std::move(sink)),
        feed({.segment = options.segment, .longest = kLongest, .most_bytes = kMostBytes}, *this) {}
  ~Impl() override { feed.end(); }

  fs::path path_for(MediaTime begin) override {
    current.recorded_at = options.wall_time ? options.wall_time(begin) : std::chrono::system_clock::now();
    std::error_code ignored;
    for (std::int64_t us = microseconds_of(current.recorded_at);; ++us) {
      current.path = options.folder / std::format("{}{}", us, kExtension);
      const fs::path draft = core::temporary_path(current.path);
      if (!fs::exists(draft, ignored) && !fs::exists(current.path, ignored)) return draft;
    }
  }
  void began(const fs::path& /*path*/, const Segment& /*segment*/) override {}
  void grew(const Segment& /*segment*/) override {}
  void ended(const Segment& segment) override {
    if (segment.end <= segment.begin) {
      std::error_code ignored;
      fs::remove(core::temporary_path(current.path), ignored);
      return;
    }
    current.begin = segment.begin;
    current.end = segment.end;
    current.bytes = segment.bytes;
    handing_over.add(current);
  }

  const ContinuousRecorderOptions options;
  FinishedSegment current;
  HandingOver handing_over;
  SegmentFeed feed;
};

ContinuousRecorder::ContinuousRecorder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ContinuousRecorder::~ContinuousRecorder() = default;

core::Result<std::unique_ptr<ContinuousRecorder>> ContinuousRecorder::create(ContinuousRecorderOptions options,
                                                                             SegmentSink sink) {
  init_ffmpeg();
  if (auto valid = options.validate(); !valid) return std::unexpected(valid.error());
  std::error_code error;
  fs::create_directories(options.folder, error);
  if (error) {
    return fail(ErrorCode::kIo, std::format("cannot make the folder {}: {}", options.folder.string(), error.message()));
  }
  return std::unique_ptr<ContinuousRecorder>(
      new ContinuousRecorder(std::make_unique<Impl>(std::move(options), std::move(sink))));
}

std::string ContinuousRecorder::refused() const { return impl_->feed.reason_refused(); }
std::size_t ContinuousRecorder::waiting() const { return impl_->handing_over.waiting(); }
PacketTap& ContinuousRecorder::tap() { return impl_->feed; }

std::vector<LeftOverSegment> left_over_segments(const fs::path& folder) {
  std::vector<LeftOverSegment> found;
  std::vector<fs::path> empty;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const auto recorded_at = time_in(entry.path());
    if (!recorded_at) continue;
    const auto length = length_of(entry.path());
    if (!length) {
      empty.push_back(entry.path());
      continue;
    }
    found.push_back({.path = entry.path(), .recorded_at = *recorded_at, .length = *length, .bytes = entry.file_size(error)});
  }
  for (const fs::path& path : empty) fs::remove(path, error);
  std::ranges::sort(found, {}, &LeftOverSegment::recorded_at);
  return found;
}

}  // namespace vigil::media
