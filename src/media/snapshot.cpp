#include "media/snapshot.h"

#include <chrono>
#include <condition_variable>
#include <format>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "core/log.h"

namespace vigil::media {
namespace {

using core::ErrorCode;
using core::fail;

// Requests a stop when the time is up, unless it is destroyed before.
class Timer {
 public:
  explicit Timer(core::MediaDuration limit)
      : thread_([this, until = std::chrono::steady_clock::now() +
                               std::chrono::microseconds(limit.us())](const std::stop_token& destroyed) {
          std::mutex mutex;
          std::unique_lock lock(mutex);
          std::condition_variable_any never;
          never.wait_until(lock, destroyed, until, [] { return false; });
          if (!destroyed.stop_requested()) up_.request_stop();
        }) {}

  std::stop_source& up() { return up_; }

 private:
  std::stop_source up_;
  std::jthread thread_;
};

// The first picture without a part that the decoder had to make up; else the best there is when the stream ends.
core::Result<Frame> first_whole_picture(Source& source) {
  std::optional<Frame> best;
  for (;;) {
    const auto concealed = source.stats().concealed_frames;
    auto frame = source.read();
    if (!frame && !best) return std::unexpected(frame.error());
    if (!frame || !*frame) break;
    best = std::move(**frame);
    if (source.stats().concealed_frames == concealed) break;
  }
  if (best) return *best;
  return fail(ErrorCode::kUnreadable, std::format("{}: there is no picture in it", source.info().name));
}

core::Result<Snapshot> take(const std::string& url, const SnapshotOptions& options, const std::stop_token& stop) {
  auto source = Source::open(
      url, {.size = options.size, .open_timeout = options.timeout, .read_timeout = options.timeout, .stop = stop});
  if (!source) return std::unexpected(source.error());
  const auto frame = first_whole_picture(**source);
  if (!frame) return std::unexpected(frame.error());
  auto jpeg = encode_jpeg(*frame, options.jpeg);
  if (!jpeg) return std::unexpected(jpeg.error());
  return Snapshot{.jpeg = std::move(*jpeg), .info = (*source)->info()};
}

}  // namespace

core::Result<Snapshot> take_snapshot(const std::string& url, const SnapshotOptions& options) {
  if (options.timeout.us() <= 0) return fail(ErrorCode::kInvalidArgument, "snapshot: the time-out must be above zero");
  Timer timer(options.timeout);
  const std::stop_callback pass_on(options.stop, [&] { timer.up().request_stop(); });
  auto snapshot = take(url, options, timer.up().get_token());
  const bool late = !snapshot && timer.up().stop_requested() && !options.stop.stop_requested();
  if (!late) return snapshot;
  return fail(ErrorCode::kTimedOut,
              std::format("{}: no picture within {:.3g} s", core::redact_url(url), options.timeout.seconds()));
}

}  // namespace vigil::media
