#include "station/job_runner.h"

#include <chrono>
#include <format>
#include <functional>
#include <utility>

#include "core/log.h"
#include "core/memory.h"
#include "pipeline/stored_event.h"

namespace vigil::station {
namespace {

namespace fs = std::filesystem;
using archive::Job;
using archive::JobState;
using Clock = std::chrono::steady_clock;

constexpr auto kLookAgain = std::chrono::seconds(5);
constexpr auto kTellEvery = std::chrono::milliseconds(500);

}  // namespace

JobRunner::JobRunner(LineCommon& common, Uploads& uploads, fs::path folder)
    : common_(common), uploads_(uploads), folder_(std::move(folder)) {
  thread_ = std::jthread([this](std::stop_token stop) { work(std::move(stop)); });
}

JobRunner::~JobRunner() {
  thread_.request_stop();
  thread_.join();
}

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
  if (!job->finished) finish(*job, JobState::kCancelled, "");
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
  const auto record = [&] {
    const std::stop_callback pass_on(stop, [this] { cancelling_.request_stop(); });
    return analyse(job, cancelling_.get_token());
  }();
  const bool cancelled = [&] {
    const std::scoped_lock lock(mutex_);
    running_.reset();
    return cancelled_;
  }();
  std::error_code ignored;
  if (cancelled) {
    finish(job, JobState::kCancelled, "");
  } else if (stop.stop_requested()) {
    return;  // the next station begins it anew
  } else if (!record) {
    finish(job, JobState::kFailed, record.error().message);
  } else if (const auto stored = store(job, *record); !stored) {
    finish(job, JobState::kFailed, std::format("the events are not stored: {}", stored.error().message));
  } else {
    finish(job, JobState::kDone, pipeline::headline(*record));
  }
  fs::remove_all(folder_of(job), ignored);
}

core::Result<pipeline::AnalysisRecord> JobRunner::analyse(const Job& job, std::stop_token stop) {
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

core::Status JobRunner::store(const Job& job, const pipeline::AnalysisRecord& record) {
  // An event's page names the video as its user does, and stands alone.
  pipeline::AnalysisRecord about = record;
  about.events.clear();
  about.title = about.source.name = job.name;
  about.watched = true;
  for (const pipeline::EventRecord& found : record.events) {
    const std::string uid = std::format("job{}-event-{}", job.id, found.event.id);
    if (common_.archive.events().get(uid)) continue;  // stored before the last station ended
    pipeline::EventRecord event = found;
    event.event.source = job.name;
    const auto id = pipeline::store_event(common_.archive.event_store(), event, folder_of(job),
                                          {.uid = uid, .zero = job.created, .job_id = job.id, .about = &about});
    if (!id) return std::unexpected(id.error());
    common_.notices.publish(EventNotice{.change = EventChange::kAdded, .id = *id, .camera_id = {}, .job_id = job.id});
  }
  return {};
}

void JobRunner::finish(const Job& job, JobState state, const std::string& message) {
  if (const auto set = common_.archive.jobs().set_state(job.id, state, message); !set) {
    core::log_error("upload {}: {}", job.id, set.error().message);
  }
  uploads_.remove(job);
  tell(job.id);
}

}  // namespace vigil::station
