#include "station/uploads.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <format>
#include <set>
#include <utility>

#include "archive/tokens.h"
#include "core/atomic_file.h"
#include "core/file_descriptor.h"
#include "core/log.h"
#include "media/source.h"

namespace vigil::station {
namespace {

namespace fs = std::filesystem;
using archive::Job;
using archive::JobState;
using archive::WallTime;
using core::ErrorCode;
using core::fail;

constexpr std::uint64_t kSpare = 1ULL << 30;  // bytes of the disk that uploads leave
constexpr auto kAbandonedAfter = std::chrono::days(7);

std::unexpected<core::Error> no_writing(const fs::path& path) {
  return fail(ErrorCode::kIo, std::format("{} cannot be written: {}", path.filename().string(), std::strerror(errno)));
}

// All bytes at the offset, on the disk.
core::Status write_at(const fs::path& path, std::uint64_t offset, std::string_view bytes) {
  const core::FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.valid()) return no_writing(path);
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return no_writing(path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  if (::fdatasync(file.get()) != 0) return no_writing(path);
  return {};
}

}  // namespace

Uploads::Uploads(archive::Jobs& jobs, fs::path folder, std::uint64_t most_bytes, std::function<void(std::int64_t)> changed)
    : jobs_(jobs), folder_(std::move(folder)), most_bytes_(most_bytes), changed_(std::move(changed)) {}

core::Status Uploads::sweep() {
  const auto all = jobs_.all();
  if (!all) return std::unexpected(all.error());
  std::set<std::string> wanted, over;
  for (const Job& job : *all) (job.finished ? over : wanted).insert(path(job).filename().string());
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) return fail(ErrorCode::kIo, std::format("{} cannot be made: {}", folder_.string(), error.message()));
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_, error)) {
    const std::string name = entry.path().filename().string();
    if (wanted.contains(name)) continue;
    // A draft, or made for a row that was never written.
    const bool worthless = name.starts_with('.') || entry.file_size(error) == 0;
    if (over.contains(name) || worthless) {
      fs::remove(entry.path(), error);
    } else {
      core::log_warning("{} belongs to no upload of the database and is left as it is", entry.path().string());
    }
  }
  return {};
}

fs::path Uploads::path(const Job& job) const { return folder_ / fs::path(job.file).filename(); }

core::Result<Job> Uploads::begin(const Begin& begin) {
  if (begin.size == 0) return fail(ErrorCode::kInvalidArgument, "the file is empty");
  if (begin.size > most_bytes_) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("the file has {} bytes; at most {} are taken", begin.size, most_bytes_));
  }
  std::error_code error;
  const fs::space_info space = fs::space(folder_, error);
  if (!error && space.available < begin.size + kSpare) {
    return fail(ErrorCode::kIo, std::format("there is no room for {} bytes on the server's disk", begin.size));
  }
  const Job job{.user_id = begin.user_id,
                .name = begin.name,
                .file = std::format("uploads/{}", archive::token_hash(archive::random_token()).substr(0, 32)),
                .size = begin.size};
  {
    const core::FileDescriptor file(::open(path(job).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.valid()) return no_writing(path(job));
  }
  const auto id = jobs_.add(job);
  if (!id) {
    fs::remove(path(job), error);
    return std::unexpected(id.error());
  }
  changed_(*id);
  return jobs_.get(*id);
}

core::Result<std::uint64_t> Uploads::append(std::int64_t id, std::uint64_t offset, std::string_view bytes) {
  // One at a time: two pieces for the same place must not both find it free.
  const std::scoped_lock lock(appending_);
  const auto job = jobs_.get(id);
  if (!job) return std::unexpected(job.error());
  if (job->state != JobState::kUploading) {
    return fail(ErrorCode::kConflict, std::format("upload {} is over: it is {}", id, archive::to_string(job->state)));
  }
  if (offset != job->received || bytes.size() > job->size - job->received) {
    return fail(ErrorCode::kConflict, std::format("upload {} goes on at byte {} of {}, not with {} bytes at {}", id,
                                                  job->received, job->size, bytes.size(), offset));
  }
  if (auto written = write_at(path(*job), offset, bytes); !written) return std::unexpected(written.error());
  const std::uint64_t received = offset + bytes.size();
  if (auto kept = jobs_.set_received(id, received); !kept) {
    maybe_whole_ = maybe_whole_ || received == job->size;  // what was told to have failed may have been done
    return std::unexpected(kept.error());
  }
  if (received == job->size) finish(*job);
  return received;
}

void Uploads::finish(const Job& job) {
  const std::string reason = why_no_video(job);
  const auto told = reason.empty() ? jobs_.set_state(job.id, JobState::kQueued) : end(job, JobState::kFailed, reason);
  if (!told) {
    maybe_whole_ = true;
    core::log_warning("upload {}: {}", job.id, told.error().message);
  } else if (reason.empty()) {
    changed_(job.id);
  }
}

core::Status Uploads::end(const Job& job, JobState state, const std::string& why) {
  if (auto set = jobs_.set_state(job.id, state, why); !set) return set;
  remove(job);
  changed_(job.id);
  return {};
}

// What a file is shows when it is opened, whatever its name says. Empty: it is a video.
std::string Uploads::why_no_video(const Job& job) const {
  auto opened = media::Source::open(path(job).string());
  std::string reason = opened ? std::string() : opened.error().message;
  if (opened) {
    auto first = (*opened)->read();
    if (!first || !*first) reason = first ? "there is no picture in it" : first.error().message;
  }
  // The server's own folders are nobody's business.
  if (const std::size_t at = reason.find(path(job).string()); at != std::string::npos) {
    reason.replace(at, path(job).string().size(), job.name);
  }
  return reason;
}

void Uploads::take_up() {
  const std::scoped_lock lock(appending_);
  if (!std::exchange(maybe_whole_, false)) return;
  const auto all = jobs_.all();
  if (!all) {
    maybe_whole_ = true;
    core::log_warning("uploads: {}", all.error().message);
    return;
  }
  for (const Job& job : *all) {
    if (job.state == JobState::kUploading && job.received == job.size) finish(job);
  }
}

core::Status Uploads::cancel_abandoned(WallTime now) {
  const std::scoped_lock lock(appending_);
  const auto all = jobs_.all();
  if (!all) return std::unexpected(all.error());
  for (const Job& job : *all) {
    if (job.state != JobState::kUploading || job.received == job.size || now - last_byte(job) < kAbandonedAfter) continue;
    const auto why = std::format("nothing more of it came for {} days: send it again", kAbandonedAfter.count());
    if (auto ended = end(job, JobState::kCancelled, why); !ended) return ended;
  }
  return {};
}

WallTime Uploads::last_byte(const Job& job) const {
  std::error_code error;
  const auto written = fs::last_write_time(path(job), error);
  if (error) return job.created;
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::file_clock::to_sys(written));
}

core::Status Uploads::supply(std::int64_t id, const fs::path& file) {
  const std::scoped_lock lock(appending_);
  const auto job = jobs_.get(id);
  if (!job) return std::unexpected(job.error());
  if (job->state == JobState::kQueued || job->state == JobState::kRunning || job->state == JobState::kDone) {
    return fail(ErrorCode::kConflict, std::format("upload {} has its file: it is {}", id, archive::to_string(job->state)));
  }
  std::error_code error;
  if (const std::uintmax_t size = fs::file_size(file, error); error || size != job->size) {
    return fail(ErrorCode::kConflict,
                std::format("{} is not the file of upload {}, which has {} bytes", file.string(), id, job->size));
  }
  const fs::path draft = core::temporary_path(path(*job));
  fs::copy_file(file, draft, fs::copy_options::overwrite_existing, error);
  if (error) {
    const std::string reason = error.message();
    fs::remove(draft, error);
    return fail(ErrorCode::kIo, std::format("{} cannot be copied: {}", file.string(), reason));
  }
  if (auto committed = core::commit_file(draft, path(*job)); !committed) return committed;
  if (auto kept = jobs_.set_received(id, job->size); !kept) return kept;
  if (auto kept = jobs_.set_progress(id, 0); !kept) return kept;
  if (auto set = jobs_.set_state(id, JobState::kQueued); !set) return set;
  changed_(id);
  return {};
}

core::Status Uploads::cancel(const Job& job) {
  const std::scoped_lock lock(appending_);
  return end(job, JobState::kCancelled, {});
}

void Uploads::remove(const Job& job) {
  std::error_code error;
  if (!fs::remove(path(job), error) && error) core::log_warning("{}: {}", path(job).string(), error.message());
}

}  // namespace vigil::station
