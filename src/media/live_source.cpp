#include "media/live_source.h"

#include <algorithm>
#include <condition_variable>
#include <format>
#include <functional>
#include <mutex>
#include <stop_token>
#include <utility>

#include "core/log.h"
#include "media/arrival_clock.h"
#include "media/input_kind.h"
#include "media/packet_tap.h"

namespace vigil::media {
namespace {

using core::Error;
using core::ErrorCode;
using core::fail;
using core::MediaDuration;
using core::MediaTime;
using Clock = std::chrono::steady_clock;

std::chrono::microseconds chrono_of(MediaDuration duration) { return std::chrono::microseconds(duration.us()); }

// Whether the stream shows something new; passes all on to the taps.
class ProgressTap : public PacketTap {
 public:
  ProgressTap(Clock::duration limit, std::vector<PacketTap*> taps) : limit_(limit), taps_(std::move(taps)) {}

  // `give_up` is raised from within packet() when pictures stay out although packets come.
  void start(std::stop_source give_up) {
    give_up_ = std::move(give_up);
    last_ = Clock::now();
    ticks_.reset();
    gave_up_ = false;
  }

  // So long nobody asked for pictures.
  void excuse(Clock::duration pause) { last_ += pause; }

  bool frozen() const { return gave_up_ || Clock::now() - last_ > limit_; }

  void begin(const AVStream& stream) override {
    for (PacketTap* tap : taps_) tap->begin(stream);
  }
  void packet(const AVPacket& packet) override {
    for (PacketTap* tap : taps_) tap->packet(packet);
    // A packet that was held back may come out with the time-out; the picture in it makes nothing good.
    gave_up_ = frozen();
    if (gave_up_) give_up_.request_stop();
  }
  void placed(std::optional<std::int64_t> ticks, MediaTime time) override {
    if (!ticks || ticks != ticks_) last_ = Clock::now();
    ticks_ = ticks;
    for (PacketTap* tap : taps_) tap->placed(ticks, time);
  }
  void end() override {
    for (PacketTap* tap : taps_) tap->end();
  }

 private:
  Clock::duration limit_;
  std::vector<PacketTap*> taps_;
  std::stop_source give_up_;
  bool gave_up_ = false;
  Clock::time_point last_;
  std::optional<std::int64_t> ticks_;
};

void add(SourceStats& sum, const SourceStats& more) {
  sum.frames += more.frames;
  sum.corrupt_packets += more.corrupt_packets;
  sum.concealed_frames += more.concealed_frames;
  sum.mended_times += more.mended_times;
}

OutputSize size_of(const Frame& frame) { return ExactSize{.width_px = frame.width_px(), .height_px = frame.height_px()}; }

}  // namespace

core::Status LiveSourceOptions::validate() const {
  if (frozen_after.us() <= 0) return fail(ErrorCode::kInvalidArgument, "frozen_after must be above zero");
  if (back_off.first.us() <= 0 || back_off.longest < back_off.first) {
    return fail(ErrorCode::kInvalidArgument, std::format("waits from {} to {} s: must be above zero and rise",
                                                         back_off.first.seconds(), back_off.longest.seconds()));
  }
  if (loop && !realtime)
    return fail(ErrorCode::kInvalidArgument, "loop: only a file that is played in real time can repeat");
  return source.validate();
}

struct LiveSource::Impl {
  Impl(std::string address, LiveSourceOptions given, StreamSink told)
      : url(std::move(address)),
        name(core::redact_url(url)),
        options(std::move(given)),
        sink(std::move(told)),
        tap(options.realtime ? Clock::duration::max() : chrono_of(options.frozen_after), options.taps),
        back_off(options.back_off, core::make_rng({options.seed, std::hash<std::string>()(url)})) {}

  core::Result<std::optional<FrameViews>> read();
  core::Status connect();
  core::Status open();
  core::Status play_again();
  bool hopeless(const Error& error) const;
  std::optional<FrameViews> take(FrameViews views);
  void lose(const std::optional<Error>& error);
  void close();
  void tell(StreamState state, std::string reason, MediaDuration wait = {});
  bool sleep_until(Clock::time_point moment);
  bool stopped() const { return options.source.stop.stop_requested(); }
  Error cancelled() const { return {ErrorCode::kCancelled, std::format("{}: cancelled", name)}; }

  const std::string url;
  const std::string name;
  LiveSourceOptions options;  // its sizes become exact with the first frame
  StreamSink sink;
  ProgressTap tap;
  BackOff back_off;
  std::unique_ptr<Source> source;
  std::optional<Error> why_not;       // why there is no connection; nothing before the first try
  std::optional<MediaDuration> wait;  // before the next try
  bool ever = false;                  // a frame was given
  MediaTime last_pts;                 // of the last frame
  MediaDuration last_length;          // of it; zero when unknown
  std::uint64_t repeats = 0;
  Clock::time_point last_arrival;  // of it
  Clock::time_point connected_at;
  MediaDuration last_wait;                                             // before this connection
  SourceStats closed;                                                  // of connections before this one
  Clock::time_point returned;                                          // when the caller was last given something
  Clock::time_point paced_from;                                        // of a file: the moment of time zero
  std::optional<std::stop_callback<std::function<void()>>> stop_link;  // passes a stop on to the connection

  mutable std::mutex mutex;  // what other threads ask for
  std::optional<SourceInfo> info;
  ArrivalClock arrivals;
};

// False when a stop was requested.
bool LiveSource::Impl::sleep_until(Clock::time_point moment) {
  std::mutex waiting;
  std::unique_lock lock(waiting);
  std::condition_variable_any never;
  never.wait_until(lock, options.source.stop, moment, [] { return false; });
  return !stopped();
}

void LiveSource::Impl::tell(StreamState state, std::string reason, MediaDuration until) {
  if (sink) sink({.state = state, .reason = std::move(reason), .wait = until, .time = last_pts});
}

bool LiveSource::Impl::hopeless(const Error& error) const {
  if (options.realtime) return true;
  if (error.code == ErrorCode::kInvalidArgument || error.code == ErrorCode::kUnsupported) return true;
  return error.code == ErrorCode::kNotFound && !ever && !url.contains("://");
}

core::Status LiveSource::Impl::open() {
  // Both a stop from outside and a frozen stream end this connection.
  std::stop_source give_up;
  tap.start(give_up);
  SourceOptions wanted = options.source;
  wanted.stop = give_up.get_token();
  wanted.read_timeout = options.frozen_after;
  wanted.tap = &tap;
  core::Result<std::unique_ptr<Source>> opened = [&] {
    const std::stop_callback pass_on(options.source.stop, [&] { give_up.request_stop(); });
    return Source::open(url, wanted);
  }();
  if (!opened) return std::unexpected(opened.error());
  const SourceInfo& about = (*opened)->info();
  if (!options.realtime && !about.live && (about.seekable || about.duration.us() > 0)) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("{}: is stored, not live; it can be played at its own speed (realtime)", name));
  }
  tap.start(give_up);
  stop_link.emplace(options.source.stop, [give_up]() mutable { give_up.request_stop(); });
  source = std::move(*opened);
  return {};
}

core::Status LiveSource::Impl::connect() {
  for (;;) {
    if (stopped()) return std::unexpected(cancelled());
    if (wait) {
      tell(StreamState::kReconnecting, why_not->message, *wait);
      last_wait = *wait;
      if (!sleep_until(Clock::now() + chrono_of(*wait))) return std::unexpected(cancelled());
    }
    auto opened = open();
    if (opened) break;
    if (stopped()) return std::unexpected(cancelled());
    if (hopeless(opened.error())) return opened;
    why_not = opened.error();
    wait = back_off.next();
  }
  connected_at = Clock::now();
  if (ever) {
    const auto passed = std::chrono::duration_cast<std::chrono::microseconds>(connected_at - last_arrival);
    constexpr auto kLeastStep = MediaDuration::from_us(40'000);
    source->begin_at(last_pts + std::max(MediaDuration::from_us(passed.count()), kLeastStep));
  }
  {
    const std::scoped_lock lock(mutex);
    info = source->info();
    arrivals.reset();
  }
  tell(StreamState::kConnected, {});
  return {};
}

core::Status LiveSource::Impl::play_again() {
  const double rate = source->info().frame_rate;
  constexpr auto kUsualPeriod = MediaDuration::from_us(40'000);
  const MediaDuration period = last_length.us() > 0 ? last_length
                               : rate > 0           ? MediaDuration::from_seconds(1 / rate)
                                                    : kUsualPeriod;
  close();
  if (auto opened = open(); !opened) return opened;
  source->begin_at(last_pts + period);
  ++repeats;
  return {};
}

void LiveSource::Impl::close() {
  if (!source) return;
  add(closed, source->stats());
  source.reset();
  stop_link.reset();
}

void LiveSource::Impl::lose(const std::optional<Error>& error) {
  const bool frozen = tap.frozen() || (error && error->code == ErrorCode::kTimedOut);
  if (frozen) {
    why_not =
        Error{ErrorCode::kTimedOut, std::format("{}: no new picture for {:.1f} s", name, options.frozen_after.seconds())};
  } else {
    why_not = error.value_or(Error{ErrorCode::kIo, std::format("{}: the stream has ended", name)});
  }
  close();
  // A connection that held longer than the wait before it was a good one.
  if (Clock::now() - connected_at > chrono_of(last_wait) + (frozen ? chrono_of(options.frozen_after) : chrono_of({}))) {
    back_off.reset();
  }
  wait = back_off.next();
  tell(frozen ? StreamState::kFrozen : StreamState::kLost, why_not->message);
}

// Nothing when a stop came first.
std::optional<FrameViews> LiveSource::Impl::take(FrameViews views) {
  const MediaTime pts = views.first.pts();
  if (options.realtime && ever) {
    const auto due = paced_from + std::chrono::microseconds(pts.us());
    if (!sleep_until(due)) return std::nullopt;
  }
  const auto now = Clock::now();
  if (!ever) {
    paced_from = now - std::chrono::microseconds(pts.us());
    options.source.size = size_of(views.first);
    if (options.source.second) options.source.second->size = size_of(views.second);
  }
  ever = true;
  last_pts = pts;
  last_length = views.first.duration();
  last_arrival = now;
  const std::scoped_lock lock(mutex);
  arrivals.arrived(pts, now);
  return views;
}

core::Result<std::optional<FrameViews>> LiveSource::Impl::read() {
  if (source) tap.excuse(Clock::now() - returned);
  for (;;) {
    if (!source) {
      if (auto connected = connect(); !connected) return std::unexpected(connected.error());
    }
    auto views = source->read_views();
    if (stopped()) return std::unexpected(cancelled());
    const bool good = views && *views;
    if (good && (options.realtime || !tap.frozen())) {
      auto taken = take(std::move(**views));
      if (!taken) return std::unexpected(cancelled());
      returned = Clock::now();
      return taken;
    }
    if (options.realtime && options.loop && views) {
      if (auto again = play_again(); !again) return std::unexpected(again.error());
      continue;
    }
    if (options.realtime) {
      close();
      return views;
    }
    lose(views ? std::nullopt : std::optional(views.error()));
  }
}

LiveSource::LiveSource(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LiveSource::~LiveSource() { impl_->close(); }

core::Result<std::unique_ptr<LiveSource>> LiveSource::create(std::string url, LiveSourceOptions options, StreamSink sink) {
  if (auto valid = options.validate(); !valid) return std::unexpected(valid.error());
  return std::unique_ptr<LiveSource>(
      new LiveSource(std::make_unique<Impl>(std::move(url), std::move(options), std::move(sink))));
}

core::Result<std::optional<FrameViews>> LiveSource::read_views() { return impl_->read(); }

std::uint64_t LiveSource::repeats() const { return impl_->repeats; }

std::optional<SourceInfo> LiveSource::info() const {
  const std::scoped_lock lock(impl_->mutex);
  return impl_->info;
}

SourceStats LiveSource::stats() const {
  SourceStats sum = impl_->closed;
  if (impl_->source) add(sum, impl_->source->stats());
  return sum;
}

std::optional<LiveSource::Moment> LiveSource::moment_of(core::MediaTime time) const {
  const std::scoped_lock lock(impl_->mutex);
  return impl_->arrivals.moment_of(time);
}

std::optional<LiveSource::WallTime> LiveSource::wall_time(core::MediaTime time) const {
  const auto moment = moment_of(time);
  if (!moment) return std::nullopt;
  const auto ago = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - *moment);
  return std::chrono::time_point_cast<WallTime::duration>(std::chrono::system_clock::now() - ago);
}

}  // namespace vigil::media
