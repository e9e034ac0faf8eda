#include "station/station.h"

#include <algorithm>
#include <format>
#include <future>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "station/camera_address.h"
#include "station/camera_line.h"
#include "station/job_runner.h"
#include "station/retention_settings.h"
#include "station/storing.h"
#include "station/turns.h"

#include "core/log.h"
#include "core/queue.h"

namespace vigil::station {
namespace {

namespace fs = std::filesystem;

using Clock = std::chrono::steady_clock;

constexpr auto kLookAround = std::chrono::seconds(5);
constexpr auto kFirstRetention = std::chrono::seconds(60);
constexpr auto kAuditFor = std::chrono::hours(24 * 366);
constexpr std::size_t kMostChanges = 64;  // of cameras that wait; who brings more waits as well

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
        common{.archive = archive,
               .load = options.networks,
               .turns = turns,
               .notices = notices,
               .try_again = options.try_again},
        uploads(archive.jobs(), options.folder / "uploads", options.upload_bytes,
                [this](std::int64_t id) { upload_changed(id); }),
        jobs(common, uploads, options.folder / "jobs"),
        changing([this] {
          while (auto change = changes.pop()) (*change)();
        }) {}

  void upload_changed(std::int64_t id);
  std::shared_ptr<LiveFeed> feed(std::int64_t id);
  void change_line(std::int64_t id);
  void set_line(std::int64_t id);
  std::unique_ptr<CameraLine> make_line(std::int64_t id);
  void keep_house(std::stop_token stop);
  void keep_house_once(std::stop_token stop);
  bool make_room(archive::WallTime now, std::stop_token stop);
  bool let_go(const archive::RetentionPlan& plan, std::stop_token stop);

  archive::Archive& archive;
  const StationOptions options;
  core::Hub<Notice> notices;
  Turns turns;
  LineCommon common;
  Uploads uploads;
  JobRunner jobs;

  mutable std::mutex
      mutex;  // of what follows; live() takes it, so nobody holds it while the disk or the database is at work
  std::map<std::int64_t, std::shared_ptr<LiveFeed>> feeds;
  std::map<std::int64_t, std::unique_ptr<CameraLine>> lines;
  std::map<std::int64_t, std::string> refusals;  // why a camera that should be watched is not
  std::optional<archive::DiskWarning> disk_warning;
  std::jthread housekeeping;
  core::BoundedQueue<std::packaged_task<void()>> changes{{.capacity = kMostChanges}};
  std::jthread changing;  // last: begins and ends cameras, one at a time
};

void Station::Impl::upload_changed(std::int64_t id) {
  jobs.tell(id);
  jobs.wake();
}

std::shared_ptr<LiveFeed> Station::Impl::feed(std::int64_t id) {
  const std::scoped_lock lock(mutex);
  auto& known = feeds[id];
  if (!known) known = std::make_shared<LiveFeed>();
  return known;
}

// Null: it is not to be watched, or cannot be; refusals say why.
std::unique_ptr<CameraLine> Station::Impl::make_line(std::int64_t id) {
  const auto camera = archive.cameras().get(id);
  if (!camera || !camera->enabled) return nullptr;
  const auto address = archive.cameras().address_of(id);
  core::Status usable;
  if (!address) usable = std::unexpected(address.error());
  if (address) usable = check_camera_address(*address, options.stored_cameras);
  if (!usable) {
    const std::scoped_lock lock(mutex);
    refusals[id] = usable.error().message;
    return nullptr;
  }
  return std::make_unique<CameraLine>(CameraLineOptions{.camera = *camera,
                                                        .address = *address,
                                                        .folder = options.folder / "cameras" / std::to_string(id),
                                                        .feed = feed(id)},
                                      common);
}

// Waits for it. The threads of a line have the priority of the one that begins it: not that of whoever asks.
void Station::Impl::change_line(std::int64_t id) {
  std::packaged_task<void()> change([this, id] { set_line(id); });
  std::future<void> changed = change.get_future();
  if (changes.push(std::move(change))) changed.get();
}

void Station::Impl::set_line(std::int64_t id) {
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

// Whether all went that was to go.
bool Station::Impl::let_go(const archive::RetentionPlan& plan, std::stop_token stop) {
  std::size_t pieces = 0;
  std::uint64_t bytes = 0;
  const auto applied = archive.retention().apply(
      plan,
      [&](const archive::Removal& gone) {
        ++pieces;
        bytes += gone.size;
        if (!gone.event) return;
        notices.publish(EventNotice{.change = EventChange::kRemoved,
                                    .id = gone.event->id,
                                    .camera_id = gone.event->camera_id,
                                    .upload = gone.event->upload});
      },
      std::move(stop));
  if (!applied) core::log_error("retention: {}", applied.error().message);
  const std::string what = std::format("{} pieces of footage, {:.1f} MB", pieces, static_cast<double>(bytes) / 1e6);
  core::log_info("retention: {} are gone", what);
  if (auto noted = archive.audit_log().add({.action = "retention", .object = what}); !noted) {
    core::log_error("audit log: {}", noted.error().message);
  }
  return applied.has_value();
}

// Whether there is more that has to go.
bool Station::Impl::make_room(archive::WallTime now, std::stop_token stop) {
  const auto rules = load_retention(archive.settings());
  const auto plan = rules ? archive.retention().plan(*rules, now) : std::unexpected(rules.error());
  if (!plan) {
    core::log_error("retention: {}", plan.error().message);
    return false;
  }
  {
    const std::scoped_lock lock(mutex);
    if (plan->warning && plan->warning != disk_warning) core::log_warning("retention: {}", to_string(*plan->warning));
    disk_warning = plan->warning;
  }
  return !plan->removals.empty() && let_go(*plan, std::move(stop)) && plan->more;
}

void Station::Impl::keep_house_once(std::stop_token stop) {
  const auto now = archive::now();
  if (auto gone = uploads.cancel_abandoned(now); !gone) core::log_error("uploads: {}", gone.error().message);
  while (make_room(now, stop) && !stop.stop_requested()) uploads.take_up();
  if (auto forgot = archive.sessions().forget_expired(); !forgot) core::log_error("sessions: {}", forgot.error().message);
  if (auto forgot = archive.audit_log().forget_before(now - kAuditFor); !forgot) {
    core::log_error("audit log: {}", forgot.error().message);
  }
}

void Station::Impl::keep_house(std::stop_token stop) {
  auto next = Clock::now() + std::min(kFirstRetention, options.retention_every);
  while (pause(stop, std::min(kLookAround, options.retention_every))) {
    uploads.take_up();
    if (Clock::now() < next) continue;
    keep_house_once(stop);
    next = Clock::now() + options.retention_every;
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
  if (auto gone = impl_->uploads.cancel_abandoned(archive::now()); !gone) return gone;
  impl_->uploads.take_up();
  const auto cameras = impl_->archive.cameras().all();
  if (!cameras) return std::unexpected(cameras.error());
  impl_->jobs.start();
  for (const archive::Camera& camera : *cameras) impl_->change_line(camera.id);
  impl_->housekeeping = std::jthread([this](std::stop_token stop) { impl_->keep_house(std::move(stop)); });
  return {};
}

void Station::stop() {
  impl_->housekeeping.request_stop();
  impl_->changes.close();
  if (impl_->changing.joinable()) impl_->changing.join();
  std::map<std::int64_t, std::unique_ptr<CameraLine>> lines;
  {
    const std::scoped_lock lock(impl_->mutex);
    lines.swap(impl_->lines);
  }
  for (auto& [id, line] : lines) line->request_stop();  // all at once; then each is waited for
  impl_->jobs.stop();
  impl_->housekeeping = {};
}

void Station::camera_changed(std::int64_t id) { impl_->change_line(id); }

CameraStatus Station::status(std::int64_t id) const {
  const std::scoped_lock lock(impl_->mutex);
  if (const auto line = impl_->lines.find(id); line != impl_->lines.end()) return line->second->status();
  if (const auto refusal = impl_->refusals.find(id); refusal != impl_->refusals.end()) {
    return {.state = CameraState::kFailed, .reason = refusal->second};
  }
  return {};
}

std::shared_ptr<LiveFeed> Station::live(std::int64_t id) const { return impl_->feed(id); }

Uploads& Station::uploads() { return impl_->uploads; }

core::Status Station::cancel_job(std::int64_t id) { return impl_->jobs.cancel(id); }

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
