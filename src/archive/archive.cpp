#include "archive/archive.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <format>
#include <utility>

#include <sys/file.h>
#include <sys/stat.h>

#include "core/log.h"

namespace vigil::archive {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::fail;

constexpr mode_t kOwnerOnly = 0700;
constexpr const char* kFiles = "files";

core::Status make_folder(const fs::path& folder) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return {};
  fs::create_directories(folder, error);
  if (!error && ::chmod(folder.c_str(), kOwnerOnly) == 0) return {};
  return fail(ErrorCode::kIo,
              std::format("cannot make the folder {}: {}", folder.string(), error ? error.message() : std::strerror(errno)));
}

// Held while the archive is open; the system lets go of it however the program ends.
class FolderLock {
 public:
  FolderLock() = default;
  ~FolderLock() {
    if (file_ >= 0) ::close(file_);
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

  core::Status take(const fs::path& folder) {
    file_ = ::open((folder / ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file_ >= 0 && ::flock(file_, LOCK_EX | LOCK_NB) == 0) return {};
    if (errno == EWOULDBLOCK) {
      return fail(ErrorCode::kTimedOut, std::format("another Vigil has {} open", folder.string()));
    }
    return fail(ErrorCode::kIo, std::format("cannot lock {}: {}", folder.string(), std::strerror(errno)));
  }

 private:
  int file_ = -1;
};

}  // namespace

struct Archive::Impl {
  std::unique_ptr<FolderLock> lock;
  std::unique_ptr<Database> database;
  std::unique_ptr<DiskBlobs> files;
  SecretBox box;
  Events events{*database};
  EventStore event_store{events, *files};
  Cameras cameras{*database, box};
  Recordings recordings{*database, *files};
  Retention retention{events, event_store, recordings, *files};
  Accounts accounts{*database, box};
  Sessions sessions{*database};
  Jobs jobs{*database};
  AuditLog audit_log{*database};
  Settings settings{*database, box};

  Impl(std::unique_ptr<FolderLock> held, std::unique_ptr<Database> rows, std::unique_ptr<DiskBlobs> blobs, SecretBox key)
      : lock(std::move(held)), database(std::move(rows)), files(std::move(blobs)), box(key) {}

  core::Status repair();
};

core::Status Archive::Impl::repair() {
  if (auto swept = files->sweep_unfinished(); !swept) return swept;
  const auto of_events = event_store.repair(database->is_new());
  if (!of_events) return std::unexpected(of_events.error());
  const auto of_recordings = recordings.repair();
  if (!of_recordings) return std::unexpected(of_recordings.error());
  if (of_recordings->last_camera > 0) {
    if (auto spared = cameras.spare_ids(of_recordings->last_camera); !spared) return spared;
  }
  if (of_events->adopted + of_recordings->adopted > 0) {
    core::log_info("{} events and {} recordings on the disk were not in the database and are back in it", of_events->adopted,
                   of_recordings->adopted);
  }
  if (of_events->rows_removed + of_recordings->rows_removed > 0) {
    core::log_warning("{} events and {} recordings had lost their files and are gone from the database",
                      of_events->rows_removed, of_recordings->rows_removed);
  }
  return jobs.requeue_running();
}

Archive::Archive(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Archive::~Archive() = default;

core::Result<std::unique_ptr<Archive>> Archive::open(const ArchiveOptions& options) {
  if (auto made = make_folder(options.folder); !made) return std::unexpected(made.error());
  auto lock = std::make_unique<FolderLock>();
  if (options.exclusive) {
    if (auto taken = lock->take(options.folder); !taken) return std::unexpected(taken.error());
  }
  const auto box = SecretBox::open(options.folder / "secret.key");
  if (!box) return std::unexpected(box.error());
  auto files = DiskBlobs::open(options.folder / kFiles);
  if (!files) return std::unexpected(files.error());
  const std::string url = options.database.empty() ? "sqlite:" + (options.folder / "vigil.db").string() : options.database;
  auto database = Database::open({.url = url, .connections = options.connections});
  if (!database) return std::unexpected(database.error());
  auto impl = std::make_unique<Impl>(std::move(lock), std::move(*database), std::move(*files), *box);
  if (options.exclusive) {
    if (auto repaired = impl->repair(); !repaired) return std::unexpected(repaired.error());
  }
  return std::unique_ptr<Archive>(new Archive(std::move(impl)));
}

Database& Archive::database() { return *impl_->database; }
BlobStore& Archive::files() { return *impl_->files; }
Events& Archive::events() { return impl_->events; }
EventStore& Archive::event_store() { return impl_->event_store; }
Cameras& Archive::cameras() { return impl_->cameras; }
Recordings& Archive::recordings() { return impl_->recordings; }
Retention& Archive::retention() { return impl_->retention; }
Accounts& Archive::accounts() { return impl_->accounts; }
Sessions& Archive::sessions() { return impl_->sessions; }
Jobs& Archive::jobs() { return impl_->jobs; }
AuditLog& Archive::audit_log() { return impl_->audit_log; }
Settings& Archive::settings() { return impl_->settings; }

}  // namespace vigil::archive
