#include "station/job_runner.h"

#include <chrono>
#include <format>
#include <functional>
#include <utility>

#include "core/log.h"
#include "core/memory.h"

namespace vigil::station {
namespace {

namespace fs = std::filesystem;
using archive::Job;
using archive::JobState;
using Clock = std::chrono::steady_clock;

constexpr auto kLookAgain = std::chrono::seconds(5);
constexpr auto kTellEvery = std::chrono::milliseconds(500);
constexpr int kTriesToStore = 12;   // each event: a minute
constexpr int kLooksForRoom = 180;  // on the disk: a quarter of an hour, in which retention goes to work

bool has_room(const fs::path& folder, std::uint64_t bytes) {
  std::error_code error;
  fs::create_directories(folder, error);
  const fs::space_info space = fs::space(folder, error);
  return !error && fs::is_directory(folder, error) && space.available >= bytes;
}

}  // namespace

JobRunner::JobRunner(LineCommon& common, Uploads& uploads, fs::path folder)
    : common_(common), uploads_(uploads), folder_(std::move(folder)) {}

JobRunner::~JobRunner() { stop(); }

void JobRunner::start() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);  // of analyses that a kill cut off
  thread_ = std::jthread([this](std::stop_token stop) { work(std::move(stop)); });
}

void JobRunner::stop() { thread_ = {}; }

void JobRunner::wake() {
  {
    const std::scoped_lock lock(mutex_);
    queued_ = true;
  }
  changed_.notify_all();
}

core::Status JobRunner::cancel(std::int64_t id) {
  {
    const std::scoped_lock lock(mutex_);
    if (running_ == id) {
      cancelled_ = true;
      cancelling_.request_stop();
      return {};
    }
  }
  const auto job = common_.archive.jobs().get(id);
  if (!job) return std::unexpected(job.error());
  if (job->finished) return {};
  auto cancelled = uploads_.cancel(*job);
  if (!cancelled && cancelled.error().code != core::ErrorCode::kConflict) return cancelled;
  // It may have been begun meanwhile.
  const std::scoped_lock lock(mutex_);
  if (running_ == id) {
    cancelled_ = true;
    cancelling_.request_stop();
  }
  return {};
}

void JobRunner::tell(std::int64_t id) {
  if (const auto job = common_.archive.jobs().get(id)) common_.notices.publish(JobNotice{.job = *job});
}

void JobRunner::work(std::stop_token stop) {
  while (!stop.stop_requested()) {
    const auto job = common_.archive.jobs().take();
    if (!job) core::log_warning("uploads: {}", job.error().message);
    if (job && *job) {
      run(**job, stop);
      core::give_back_freed_memory();
      continue;
    }
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, kLookAgain, [this] { return std::exchange(queued_, false); });
  }
}

fs::path JobRunner::folder_of(const Job& job) const { return folder_ / std::format("job-{}", job.id); }

void JobRunner::run(const Job& job, std::stop_token stop) {
  {
    const std::scoped_lock lock(mutex_);
    running_ = job.id;
    cancelled_ = false;
    cancelling_ = {};
  }
  // Cancelled between being taken and this.
  if (const auto now = common_.archive.jobs().get(job.id); now && now->finished) {
    const std::scoped_lock lock(mutex_);
    running_.reset();
    return;
  }
  tell(job.id);
  const auto outcome = [&] {
    const std::stop_callback pass_on(stop, [this] { cancelling_.request_stop(); });
    return work_on(job, cancelling_.get_token());
  }();
  const bool cancelled = [&] {
    const std::scoped_lock lock(mutex_);
    running_.reset();
    return cancelled_;
  }();
  if (cancelled) {
    finish(job, JobState::kCancelled, "", stop);
  } else if (outcome || !stop.stop_requested()) {  // else the next station begins it anew
    finish(job, outcome ? JobState::kDone : JobState::kFailed, outcome ? *outcome : outcome.error().message, stop);
  }
  std::error_code ignored;
  fs::remove_all(folder_of(job), ignored);
}

// What is said of a video whose events are all stored.
core::Result<std::string> JobRunner::work_on(const Job& job, std::stop_token stop) {
  const auto record = analyse(job, stop);
  if (!record) return std::unexpected(record.error());
  if (record->interrupted) return core::fail(core::ErrorCode::kCancelled, "the analysis was interrupted");
  if (auto stored = store(job, *record, stop); !stored) {
    return std::unexpected(stored.error().with_context("the events are not stored"));
  }
  return pipeline::headline(*record);
}

// Once more where the disk failed, after a while in which it may get room for as much as the video itself: clips take no
// more. What then cannot be written of an event is left out of it.
core::Result<pipeline::AnalysisRecord> JobRunner::analyse(const Job& job, std::stop_token stop) {
  auto record = analyse_once(job, /*needs_evidence=*/true, stop);
  if (record || record.error().code != core::ErrorCode::kIo) return record;
  core::log_warning("upload {}: is analysed anew when the disk has room: {}", job.id, record.error().message);
  std::error_code ignored;
  fs::remove_all(folder_of(job), ignored);  // may be what fills the disk
  for (int looks = 1; !has_room(folder_, job.size) && looks < kLooksForRoom; ++looks) {
    if (!pause(stop, common_.try_again)) return record;
  }
  return analyse_once(job, /*needs_evidence=*/false, stop);
}

core::Result<pipeline::AnalysisRecord> JobRunner::analyse_once(const Job& job, bool needs_evidence, std::stop_token stop) {
  auto networks = common_.load();
  if (!networks) return std::unexpected(networks.error());
  const auto scorer = in_turn(std::move(networks->scorer), common_.turns, Turns::Rank::kStored);
  const auto people = in_turn(std::move(networks->people), common_.turns, Turns::Rank::kStored);
  std::error_code ignored;
  fs::remove_all(folder_of(job), ignored);
  Clock::time_point told;
  return pipeline::analyze_video(*scorer, {.input = uploads_.path(job).string(),
                                           .people = people.get(),
                                           .faces = networks->faces.get(),
                                           .out = folder_of(job),
                                           .options = networks->options,
                                           .needs_evidence = needs_evidence,
                                           .stop = std::move(stop),
                                           .progress = [&](const core::Progress& progress) {
                                             const auto now = Clock::now();
                                             if (now - told < kTellEvery || progress.total <= 0) return;
                                             told = now;
                                             const double share = std::min(progress.done / progress.total, 1.0);
                                             const auto kept = common_.archive.jobs().set_progress(job.id, share);
                                             if (kept) tell(job.id);
                                           }});
}

core::Status JobRunner::store(const Job& job, const pipeline::AnalysisRecord& record, std::stop_token stop) {
  // An event's page names the video as its user does, and stands alone.
  pipeline::AnalysisRecord about = record;
  about.events.clear();
  about.title = about.source.name = job.name;
  about.watched = true;
  for (const pipeline::EventRecord& found : record.events) {
    const std::string uid = std::format("job{}-{}-{}", job.id, archive::to_us(job.created), found.event.id);
    if (common_.archive.events().get(uid)) continue;  // stored before the last station ended
    pipeline::EventRecord event = found;
    event.event.source = job.name;
    const auto id = store(event, folder_of(job), {.uid = uid, .zero = job.created, .job_id = job.id, .about = &about}, stop);
    if (!id) return std::unexpected(id.error());
    common_.notices.publish(EventNotice{.change = EventChange::kAdded, .id = *id, .upload = true});
  }
  return {};
}

core::Result<std::int64_t> JobRunner::store(const pipeline::EventRecord& event, const fs::path& folder,
                                            const pipeline::StoreAs& as, std::stop_token stop) {
  auto id = put_event(common_.archive, event, folder, as);
  for (int tries = 1; !id && may_pass(id.error()) && tries < kTriesToStore; ++tries) {
    core::log_warning("upload {}: an event is not stored yet: {}", *as.job_id, id.error().message);
    if (!pause(stop, common_.try_again)) break;
    id = put_event(common_.archive, event, folder, as);
  }
  return id;
}

void JobRunner::finish(const Job& job, JobState state, const std::string& message, std::stop_token stop) {
  const auto set = [&] { return common_.archive.jobs().set_state(job.id, state, message); };
  auto kept = set();
  if (!kept && kept.error().code != core::ErrorCode::kConflict)
    core::log_warning("upload {}: {}", job.id, kept.error().message);
  while (!kept && may_pass(kept.error())) {
    if (!pause(stop, common_.try_again)) return;  // the next station begins it anew
    kept = set();
  }
  uploads_.remove(job);
  tell(job.id);
}

}  // namespace vigil::station
