#include "models/pull.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <format>
#include <mutex>

#include "models/checksum.h"
#include "models/download.h"
#include <sys/file.h>

#include "core/atomic_file.h"
#include "core/log.h"

namespace vigil::models {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::fail;

constexpr int kTries = 4;
constexpr auto kFirstPause = std::chrono::seconds(1);  // before the second try; twice as long before each further one

// Held while files come, so that two programs do not write into one.
class FolderLock {
 public:
  explicit FolderLock(const fs::path& folder)
      : file_(::open((folder / ".pull.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    if (file_ >= 0) ::flock(file_, LOCK_EX);
  }
  ~FolderLock() {
    if (file_ >= 0) ::close(file_);
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int file_;
};

bool has_size(const fs::path& path, std::uint64_t size) {
  std::error_code missing;
  return fs::file_size(path, missing) == size && !missing;
}

core::Result<FileState> state_of(const CatalogFile& file, const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return FileState::kMissing;
  if (!has_size(path, file.size)) return FileState::kWrong;
  const auto hash = sha256_of(path);
  if (!hash) return std::unexpected(hash.error());
  return *hash == file.sha256 ? FileState::kRight : FileState::kWrong;
}

core::Status copy_from(const fs::path& mirror, const CatalogFile& file, const fs::path& target) {
  const fs::path source = mirror / file.mirrored_as();
  std::error_code error;
  if (!fs::is_regular_file(source, error)) {
    return fail(ErrorCode::kNotFound, std::format("the mirror has no {}", source.string()));
  }
  fs::copy_file(source, target, fs::copy_options::overwrite_existing, error);
  if (!error) return {};
  return fail(ErrorCode::kIo, std::format("cannot copy {} to {}: {}", source.string(), target.string(), error.message()));
}

bool may_pass(const core::Error& error) { return error.code == ErrorCode::kIo || error.code == ErrorCode::kTimedOut; }

void pause(std::chrono::seconds duration, const std::stop_token& stop) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any never;
  never.wait_for(lock, stop, duration, [] { return false; });
}

core::Status fetch(const CatalogFile& file, const PullOptions& options, const fs::path& target,
                   const core::ProgressSink& progress, const std::stop_token& stop) {
  std::error_code ignored;
  if (!options.mirror.empty() && fs::is_directory(options.mirror, ignored)) return copy_from(options.mirror, file, target);
  const std::string base = options.mirror.ends_with('/') ? options.mirror : options.mirror + '/';
  const std::string url = options.mirror.empty() ? file.url : base + file.mirrored_as();
  auto wait = kFirstPause;
  for (int attempt = 1;; ++attempt, wait *= 2) {
    auto done = download({.url = url, .target = target, .size = file.size}, progress, stop);
    if (done || attempt == kTries || !may_pass(done.error())) return done;
    core::log_warning("{}; trying again in {} s", done.error().message, wait.count());
    pause(wait, stop);
    if (stop.stop_requested()) return fail(ErrorCode::kCancelled, std::format("{}: interrupted", url));
  }
}

core::Status pull_file(const CatalogFile& file, const PullOptions& options, const core::ProgressSink& progress,
                       const std::stop_token& stop) {
  const fs::path path = options.folder / file.file;
  const auto state = state_of(file, path);
  if (!state) return std::unexpected(state.error());
  if (*state == FileState::kRight) return {};

  const fs::path part = options.folder / std::format(".{}.{}.part", file.file, file.sha256.substr(0, 8));
  if (auto fetched = fetch(file, options, part, progress, stop); !fetched) return fetched;
  const auto hash = sha256_of(part);
  if (!hash) return std::unexpected(hash.error());
  if (*hash == file.sha256) return core::commit_file(part, path);
  std::error_code ignored;
  fs::remove(part, ignored);
  return fail(ErrorCode::kUnreadable,
              std::format("what came as {} is another file: its SHA-256 is {}, that of the catalogue {}; it was thrown away",
                          file.mirrored_as(), *hash, file.sha256));
}

}  // namespace

core::Status pull(const CatalogModel& model, const PullOptions& options, const core::ProgressSink& progress,
                  std::stop_token stop) {
  std::error_code error;
  fs::create_directories(options.folder, error);
  if (error) {
    return fail(ErrorCode::kIo, std::format("cannot make the folder {}: {}", options.folder.string(), error.message()));
  }
  const FolderLock lock(options.folder);
  for (const CatalogFile& file : model.files) {
    if (auto pulled = pull_file(file, options, progress, stop); !pulled) return pulled;
  }
  return {};
}

core::Result<std::vector<InstalledFile>> check_installed(const CatalogModel& model, const fs::path& folder) {
  std::vector<InstalledFile> files;
  for (const CatalogFile& file : model.files) {
    const auto state = state_of(file, folder / file.file);
    if (!state) return std::unexpected(state.error());
    files.push_back({.path = folder / file.file, .state = *state});
  }
  return files;
}

bool is_installed(const CatalogModel& model, const fs::path& folder) {
  return std::ranges::all_of(model.files, [&](const CatalogFile& file) { return has_size(folder / file.file, file.size); });
}

}  // namespace vigil::models
