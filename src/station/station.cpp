#include "station/station.h"

#include <condition_variable>
#include <format>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "station/camera_address.h"
#include "station/camera_line.h"
#include "station/job_runner.h"
#include "station/retention_settings.h"
#include "station/turns.h"

#include "core/log.h"

namespace vigil::station {
namespace {

namespace fs = std::filesystem;

constexpr auto kFirstRetention = std::chrono::seconds(60);
constexpr auto kAuditFor = std::chrono::hours(24 * 366);

}  // namespace

std::string_view to_string(CameraState state) {
  switch (state) {
    case CameraState::kOff: return "off";
    case CameraState::kConnecting: return "connecting";
    case CameraState::kLive: return "live";
    case CameraState::kLost: return "lost";
    case CameraState::kFrozen: return "frozen";
    case CameraState::kFailed: return "failed";
  }
  return "";
}

struct Station::Impl {
  Impl(archive::Archive& the_archive, StationOptions given)
      : archive(the_archive),
        options(std::move(given)),
        turns(options.at_once),
        common{.archive = archive, .load = options.networks, .turns = turns, .notices = notices},
        uploads(archive.jobs(), options.folder / "uploads", options.upload_bytes,
                [this](std::int64_t id) { upload_changed(id); }) {}

  void upload_changed(std::int64_t id);
  void set_line(std::int64_t id);
  std::unique_ptr<CameraLine> make_line(std::int64_t id);
  void keep_house(std::stop_token stop);
  void keep_house_once();

  archive::Archive& archive;
  const StationOptions options;
  core::Hub<Notice> notices;
  Turns turns;
  LineCommon common;
  Uploads uploads;

  mutable std::mutex mutex;  // of what follows
  std::map<std::int64_t, std::shared_ptr<LiveFeed>> feeds;
  std::map<std::int64_t, std::unique_ptr<CameraLine>> lines;
  std::map<std::int64_t, std::string> refusals;  // why a camera that should be watched is not
  std::optional<archive::DiskWarning> disk_warning;
  std::mutex changing;  // one camera is begun or ended at a time
  std::unique_ptr<JobRunner> jobs;
  std::jthread housekeeping;
};

void Station::Impl::upload_changed(std::int64_t id) {
  const std::scoped_lock lock(mutex);
  if (!jobs) return;
  jobs->tell(id);
  jobs->wake();
}

// Null: it is not to be watched, or cannot be; refusals say why.
std::unique_ptr<CameraLine> Station::Impl::make_line(std::int64_t id) {
  const auto camera = archive.cameras().get(id);
  if (!camera || !camera->enabled) return nullptr;
  const auto address = archive.cameras().address_of(id);
  core::Status usable;
  if (!address) usable = std::unexpected(address.error());
  if (address) usable = check_camera_address(*address, options.stored_cameras);
  const std::scoped_lock lock(mutex);
  if (!usable) {
    refusals[id] = usable.error().message;
    return nullptr;
  }
  auto& feed = feeds[id];
  if (!feed) feed = std::make_shared<LiveFeed>();
  return std::make_unique<CameraLine>(
      CameraLineOptions{
          .camera = *camera, .address = *address, .folder = options.folder / "cameras" / std::to_string(id), .feed = feed},
      common);
}

void Station::Impl::set_line(std::int64_t id) {
  const std::scoped_lock one(changing);
  std::unique_ptr<CameraLine> old;
  {
    const std::scoped_lock lock(mutex);
    if (lines.contains(id)) old = std::move(lines.extract(id).mapped());
    refusals.erase(id);
  }
  old.reset();  // takes seconds; others are not kept waiting
  auto line = make_line(id);
  if (!line) {
    notices.publish(CameraNotice{.id = id, .state = CameraState::kOff, .reason = {}});
    return;
  }
  const std::scoped_lock lock(mutex);
  lines[id] = std::move(line);
}

void Station::Impl::keep_house_once() {
  const auto now = archive::now();
  const auto rules = load_retention(archive.settings());
  const auto plan = rules ? archive.retention().plan(*rules, now) : std::unexpected(rules.error());
  if (!plan) {
    core::log_error("retention: {}", plan.error().message);
    return;
  }
  {
    const std::scoped_lock lock(mutex);
    if (plan->warning && plan->warning != disk_warning) core::log_warning("retention: {}", to_string(*plan->warning));
    disk_warning = plan->warning;
  }
  if (!plan->removals.empty()) {
    core::log_info("retention: {} pieces of footage go, {:.1f} MB", plan->removals.size(),
                   static_cast<double>(plan->size()) / 1e6);
    if (auto applied = archive.retention().apply(*plan); !applied) core::log_error("retention: {}", applied.error().message);
    for (const archive::Removal& removal : plan->removals) {
      if (removal.event_id) notices.publish(EventNotice{.change = EventChange::kRemoved, .id = *removal.event_id});
    }
  }
  if (auto forgot = archive.sessions().forget_expired(); !forgot) core::log_error("sessions: {}", forgot.error().message);
  if (auto forgot = archive.audit_log().forget_before(now - kAuditFor); !forgot) {
    core::log_error("audit log: {}", forgot.error().message);
  }
}

void Station::Impl::keep_house(std::stop_token stop) {
  std::mutex waiting;
  std::condition_variable_any never;
  std::chrono::seconds wait = std::min(kFirstRetention, options.retention_every);
  for (;;) {
    std::unique_lock lock(waiting);
    never.wait_for(lock, stop, wait, [] { return false; });
    if (stop.stop_requested()) return;
    keep_house_once();
    wait = options.retention_every;
  }
}

Station::Station(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Station::~Station() { stop(); }

core::Result<std::unique_ptr<Station>> Station::open(archive::Archive& archive, StationOptions options) {
  std::error_code error;
  fs::create_directories(options.folder, error);
  if (error) {
    return core::fail(core::ErrorCode::kIo,
                      std::format("cannot make the folder {}: {}", options.folder.string(), error.message()));
  }
  return std::unique_ptr<Station>(new Station(std::make_unique<Impl>(archive, std::move(options))));
}

core::Status Station::start() {
  if (auto requeued = impl_->archive.jobs().requeue_running(); !requeued) return requeued;
  if (auto swept = impl_->uploads.sweep(); !swept) return swept;
  const auto cameras = impl_->archive.cameras().all();
  if (!cameras) return std::unexpected(cameras.error());
  {
    const std::scoped_lock lock(impl_->mutex);
    impl_->jobs = std::make_unique<JobRunner>(impl_->common, impl_->uploads, impl_->options.folder / "jobs");
  }
  for (const archive::Camera& camera : *cameras) impl_->set_line(camera.id);
  impl_->housekeeping = std::jthread([this](std::stop_token stop) { impl_->keep_house(std::move(stop)); });
  return {};
}

void Station::stop() {
  impl_->housekeeping = {};
  const std::scoped_lock one(impl_->changing);
  std::map<std::int64_t, std::unique_ptr<CameraLine>> lines;
  std::unique_ptr<JobRunner> jobs;
  {
    const std::scoped_lock lock(impl_->mutex);
    lines.swap(impl_->lines);
    jobs.swap(impl_->jobs);
  }
  for (auto& [id, line] : lines) line->request_stop();  // all at once; then each is waited for
}

void Station::camera_changed(std::int64_t id) { impl_->set_line(id); }

CameraStatus Station::status(std::int64_t id) const {
  const std::scoped_lock lock(impl_->mutex);
  if (const auto line = impl_->lines.find(id); line != impl_->lines.end()) return line->second->status();
  if (const auto refusal = impl_->refusals.find(id); refusal != impl_->refusals.end()) {
    return {.state = CameraState::kFailed, .reason = refusal->second};
  }
  return {};
}

std::shared_ptr<LiveFeed> Station::live(std::int64_t id) const {
  const std::scoped_lock lock(impl_->mutex);
  auto& feed = impl_->feeds[id];
  if (!feed) feed = std::make_shared<LiveFeed>();
  return feed;
}

Uploads& Station::uploads() { return impl_->uploads; }

core::Status Station::cancel_job(std::int64_t id) {
  const std::scoped_lock lock(impl_->mutex);
  if (!impl_->jobs) return core::fail(core::ErrorCode::kCancelled, "the station is stopping");
  return impl_->jobs->cancel(id);
}

std::vector<Warning> Station::warnings() const {
  const std::scoped_lock lock(impl_->mutex);
  std::vector<Warning> warnings;
  if (impl_->disk_warning) warnings.emplace_back(*impl_->disk_warning);
  for (const auto& [id, reason] : impl_->refusals) warnings.emplace_back(CameraNotWatched{.id = id, .reason = reason});
  for (const auto& [id, line] : impl_->lines) {
    const CameraStatus status = line->status();
    if (status.state == CameraState::kFailed) warnings.emplace_back(CameraNotWatched{.id = id, .reason = status.reason});
    if (!status.recording_reason.empty()) {
      warnings.emplace_back(CameraNotRecorded{.id = id, .reason = status.recording_reason});
    }
  }
  return warnings;
}

core::Hub<Notice>& Station::notices() { return impl_->notices; }

}  // namespace vigil::station
