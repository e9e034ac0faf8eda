// Archive: the whole repository in one folder: database, files and key, opened, brought up to date and repaired.
//
//   auto archive = Archive::open({.folder = "/var/lib/vigil"});
//   auto page = (*archive)->events().search({.kind = "violence"});
//
//   FOLDER/vigil.db      the database, unless another one is named
//   FOLDER/secret.key    what secrets in it are sealed with; keep a copy apart from the database
//   FOLDER/files/        events, recordings, uploads
//
// open() sweeps what cut-off writes left, adopts files without rows and removes rows without files (event_store.h,
// recordings.h); beside a database that is new nothing is deleted. One archive at a time opens a folder; a second one is
// refused. Callable from any thread once it is open.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "archive/accounts.h"
#include "archive/audit_log.h"
#include "archive/cameras.h"
#include "archive/event_store.h"
#include "archive/jobs.h"
#include "archive/recordings.h"
#include "archive/retention.h"
#include "archive/sessions.h"
#include "archive/settings.h"

namespace vigil::archive {

struct ArchiveOptions {
  std::filesystem::path folder;  // made where it is missing, for its owner only
  std::string database = {};     // as Database::open() takes it; empty: SQLite in the folder
  std::size_t connections = 4;
  bool exclusive = true;  // false: for a short look beside a server; nothing is swept or repaired
};

class Archive {
 public:
  // Errors: kIo, kTimedOut (another program has the folder), kUnreadable (the key), kUnsupported (a newer schema),
  // kInvalidArgument (the database's URL).
  static core::Result<std::unique_ptr<Archive>> open(const ArchiveOptions& options);
  ~Archive();

  Database& database();
  BlobStore& files();
  Events& events();
  EventStore& event_store();
  Cameras& cameras();
  Recordings& recordings();
  Retention& retention();
  Accounts& accounts();
  Sessions& sessions();
  Jobs& jobs();
  AuditLog& audit_log();
  Settings& settings();

 private:
  struct Impl;
  explicit Archive(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::archive
