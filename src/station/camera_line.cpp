#include "station/camera_line.h"

#include <algorithm>
#include <format>
#include <utility>

#include "station/live_lines.h"
#include "station/storing.h"

#include "core/log.h"

namespace vigil::station {
namespace {

namespace fs = std::filesystem;
using archive::WallTime;

constexpr auto kConnectAgain = std::chrono::seconds(20);
constexpr auto kStatusEvery = core::MediaDuration::from_us(2'000'000);
constexpr const char* kRecording = "recording";
constexpr const char* kEvents = "events";

WallTime wall(std::chrono::system_clock::time_point time) { return std::chrono::floor<std::chrono::microseconds>(time); }

}  // namespace

CameraLine::CameraLine(CameraLineOptions options, LineCommon& common)
    : options_(std::move(options)),
      common_(common),
      feed_(*options_.feed),
      fragments_([this](const media::LivePiece& piece) { take_piece(piece); }),
      pictures_(feed_),
      delivery_({.folder = options_.folder / kEvents, .feed = options_.feed, .try_again = common_.try_again},
                common_.archive, common_.notices) {
  set_state(CameraState::kConnecting, {});
  thread_ = std::jthread([this](std::stop_token stop) { run(std::move(stop)); });
}

CameraLine::~CameraLine() {
  thread_.request_stop();
  thread_.join();
  feed_.set_video_state(gone_line("the camera is off"));
}

CameraStatus CameraLine::status() const {
  const std::scoped_lock lock(mutex_);
  return status_;
}

void CameraLine::run(std::stop_token stop) {
  // What an earlier line left is in the repository, or was not yet an event.
  std::error_code ignored;
  fs::remove_all(options_.folder / kEvents, ignored);
  while (!stop.stop_requested()) {
    const auto watched = watch(stop);
    if (stop.stop_requested()) return;
    set_state(CameraState::kFailed, watched ? "the stream has ended" : watched.error().message);
    core::log_warning("camera {}: {}", options_.camera.name, status().reason);
    if (!pause(stop, kConnectAgain)) return;
    set_state(CameraState::kConnecting, {});
  }
}

core::Status CameraLine::watch(std::stop_token stop) {
  auto networks = common_.load();
  if (!networks) return std::unexpected(networks.error());
  networks->scorer = in_turn(std::move(networks->scorer), common_.turns, Turns::Rank::kLive);
  networks->people = in_turn(std::move(networks->people), common_.turns, Turns::Rank::kLive);
  auto request = prepare(*networks, stop);
  if (!request) return std::unexpected(request.error());
  const auto watched = pipeline::watch_stream(*networks->scorer, *request, sinks());
  recorder_.reset();
  if (!watched) return std::unexpected(watched.error());
  return {};
}

core::Result<pipeline::WatchRequest> CameraLine::prepare(Networks& networks, std::stop_token stop) {
  auto scene = read_scene(options_.camera.settings);
  if (!scene) return std::unexpected(scene.error());
  pipeline::AnalysisOptions analysis = networks.options;
  analysis.rules = std::move(scene->rules);
  std::ranges::copy(analysis.rules.detection_masks, std::back_inserter(analysis.people.ignored));
  if (scene->threshold) {
    analysis.detector.threshold_on = std::max(*scene->threshold, 0.01);
    analysis.detector.threshold_off = std::min(analysis.detector.threshold_off, analysis.detector.threshold_on);
  }
  masked_ = !analysis.rules.privacy_masks.empty();
  pictures_.set_mask({.regions = analysis.rules.privacy_masks});
  pictures_.set_without_people(!networks.people);
  const bool file = options_.address.starts_with('/') && !options_.address.starts_with("/dev/");
  pipeline::WatchRequest request{.url = options_.address,
                                 .realtime = file,
                                 .loop = file,
                                 .taps = {&fragments_.tap()},
                                 .people = networks.people.get(),
                                 .faces = networks.faces.get(),
                                 .out = options_.folder / kEvents,
                                 .options = {.analysis = std::move(analysis), .status_every = kStatusEvery},
                                 .stop = std::move(stop)};
  if (!options_.camera.recording) return request;
  adopt_segments();
  recorded_until_.reset();
  auto recorder =
      media::ContinuousRecorder::create({.folder = options_.folder / kRecording},
                                        [this](const media::FinishedSegment& segment) { return keep_segment(segment); });
  if (!recorder) return std::unexpected(recorder.error());
  recorder_ = std::move(*recorder);
  request.taps.push_back(&recorder_->tap());
  return request;
}

pipeline::WatchSinks CameraLine::sinks() {
  return {.on_event =
              [this](const pipeline::WatchedEvent& event) {
                take_event(event);
                return core::Status();
              },
          .on_stream = [this](const media::StreamChange& change) { take_change(change); },
          .on_status = [this](const pipeline::WatchStatus& status) { take_status(status); },
          .on_frame =
              [this](const media::Frame& frame) {
                if (frame.width_px() != width_px_ || frame.height_px() != height_px_) {
                  width_px_ = frame.width_px();
                  height_px_ = frame.height_px();
                  feed_.set_scene(scene_line(width_px_, height_px_));
                }
                pictures_.take(frame);
              },
          .on_people =
              [this](const core::FramePeople& people, pipeline::WallTime shown) {
                feed_.data().publish(people_line(people, wall(shown)));
                pictures_.take(people);
              },
          .on_score = [this](const core::ScoredWindow& window,
                             bool violent) { feed_.data().publish(score_line(window, violent)); }};
}

void CameraLine::take_event(const pipeline::WatchedEvent& event) {
  if (event.state == core::EventState::kConfirmed) {
    feed_.data().publish(event_line(event.record.event, /*begun=*/true, std::nullopt));
    common_.notices.publish(EventBegun{.event = described(event)});
  } else {
    delivery_.take(described(event), event);
  }
}

CameraEvent CameraLine::described(const pipeline::WatchedEvent& event) const {
  const core::Event& what = event.record.event;
  const WallTime time = wall(event.time);
  return {.uid = std::format("camera{}-{}-{}", options_.camera.id, archive::to_us(time), what.id),
          .camera_id = options_.camera.id,
          .source = options_.camera.name,
          .kind = what.kind,
          .rule = what.rule,
          .zone = what.zone,
          .time = time,
          .score = what.score};
}

void CameraLine::take_change(const media::StreamChange& change) {
  switch (change.state) {
    case media::StreamState::kConnected: {
      {
        const std::scoped_lock lock(mutex_);
        if (status_.frames > 0) ++status_.reconnects;
      }
      set_state(CameraState::kLive, {});
      set_video();
      return;
    }
    case media::StreamState::kLost: return set_state(CameraState::kLost, change.reason);
    case media::StreamState::kFrozen: return set_state(CameraState::kFrozen, change.reason);
    case media::StreamState::kReconnecting:
      // The reason of the outage stays; a camera that never answered is still being connected to, and why not is known now.
      if (status().state == CameraState::kConnecting) set_state(CameraState::kConnecting, change.reason);
      return;
  }
}

void CameraLine::take_piece(const media::LivePiece& piece) {
  const auto* init = std::get_if<media::LiveInit>(&piece);
  if (init) {
    const std::scoped_lock lock(mutex_);
    status_.codec = init->mime.substr(init->mime.find('=') + 1);
    std::erase(status_.codec, '"');
  }
  if (masked_) return;
  if (init) feed_.set_video_state({});
  feed_.video().push(piece);
}

// Whether the camera's own video is shown.
void CameraLine::set_video() {
  const std::string refused = masked_ ? "the camera has privacy masks, which its own video does not" : fragments_.refused();
  const std::string not_recorded = recorder_ ? recorder_->refused() : std::string();
  if (!refused.empty()) feed_.set_video_state(refused_line(refused));
  const std::scoped_lock lock(mutex_);
  status_.playable = refused.empty();
  status_.recording_reason = not_recorded;
}

void CameraLine::take_status(const pipeline::WatchStatus& status) {
  set_video();
  const std::scoped_lock lock(mutex_);
  if (status.frames > status_.frames) status_.last_frame = wall(status.time);
  status_.fps = status.fps;
  status_.frames = status.frames;
  status_.dropped = status.dropped;
  if (status.delay_p95) status_.delay_s = status.delay_p95;
  status_.width_px = width_px_;
  status_.height_px = height_px_;
}

void CameraLine::set_state(CameraState state, const std::string& reason) {
  {
    const std::scoped_lock lock(mutex_);
    if (status_.state == state && status_.reason == reason) return;
    status_.state = state;
    status_.reason = reason;
    if (state != CameraState::kLive) status_.fps = 0;
  }
  if (state != CameraState::kLive) {
    feed_.set_video_state(gone_line(reason.empty() ? "connecting to the camera" : reason));
  }
  common_.notices.publish(CameraNotice{.id = options_.camera.id, .state = state, .reason = reason});
}

core::Status CameraLine::keep_segment(const media::FinishedSegment& segment) {
  const WallTime begin = begin_of(segment);
  const WallTime end = begin + std::chrono::microseconds((segment.end - segment.begin).us());
  recorded_until_ = RecordedUntil{.media = segment.end, .wall = end};
  const std::string key = archive::Recordings::key(options_.camera.id, begin, end);
  if (auto put = common_.archive.files().put_file(key, segment.path); !put) return put;
  const auto added = common_.archive.recordings().add(
      {.camera_id = options_.camera.id, .begin = begin, .end = end, .file = key, .size = segment.bytes});
  if (!added && !is_kept(key, begin, end)) {
    const auto camera = common_.archive.cameras().get(options_.camera.id);
    if (camera || camera.error().code != core::ErrorCode::kNotFound) return std::unexpected(added.error());
    // The camera is deleted, and what it recorded with it.
    if (auto gone = common_.archive.files().remove(key); !gone) return gone;
  }
  std::error_code ignored;
  fs::remove(segment.path, ignored);
  return {};
}

// Packets come by fits and starts; segments that follow each other do so on the wall's clock too, unless the two clocks have
// drifted apart.
WallTime CameraLine::begin_of(const media::FinishedSegment& segment) const {
  constexpr auto kMostDrift = std::chrono::seconds(1);
  const WallTime seen = wall(segment.recorded_at);
  if (!recorded_until_ || recorded_until_->media != segment.begin) return seen;
  const auto drift = seen - recorded_until_->wall;
  return drift < kMostDrift && drift > -kMostDrift ? recorded_until_->wall : seen;
}

// A process that was killed between the row and the end of the draft leaves both.
bool CameraLine::is_kept(const std::string& key, WallTime begin, WallTime end) {
  const auto kept = common_.archive.recordings().between(options_.camera.id, begin, end);
  return kept && std::ranges::contains(*kept, key, &archive::Segment::file);
}

// What a killed process was recording.
void CameraLine::adopt_segments() {
  for (const media::LeftOverSegment& left : media::left_over_segments(options_.folder / kRecording)) {
    const auto kept = keep_segment({.path = left.path,
                                    .begin = core::MediaTime(),
                                    .end = core::MediaTime() + left.length,
                                    .recorded_at = left.recorded_at,
                                    .bytes = left.bytes});
    if (!kept)
      core::log_warning("camera {}: {} stays where it is: {}", options_.camera.name, left.path.string(),
                        kept.error().message);
  }
}

}  // namespace vigil::station
