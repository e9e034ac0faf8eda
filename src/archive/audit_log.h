// AuditLog: who did what and when: log-ins, views, exports, deletions. Entries are added and read, never changed.
//
//   AuditLog log(*database);
//   log.add({.user_name = "Ann", .address = "10.0.0.5", .action = "delete", .object = "event 17"});
//   auto page = log.entries({.user_name = "Ann", .count = 100});
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "archive/database.h"
#include "archive/wall_time.h"
#include "core/result.h"

namespace vigil::archive {

struct AuditEntry {
  std::int64_t id = 0;
  WallTime at = now();
  std::string user_name = {};  // as it was then; empty: nobody was logged in
  std::string address = {};
  std::string action = {};  // "log-in", "view", "export", "delete", …
  std::string object = {};
  std::string details = "{}";  // JSON; no secrets
};

struct AuditSearch {
  std::optional<WallTime> from = {}, until = {};  // in [from, until)
  std::string user_name = {}, action = {};        // empty: all
  std::int64_t before = 0;                        // id; 0: from the latest on
  int count = 100;                                // 1–1000
};

class AuditLog {
 public:
  explicit AuditLog(Database& database) : database_(database) {}

  core::Status add(const AuditEntry& entry);

  // Latest first. Errors: kInvalidArgument (count), kIo, kTimedOut.
  core::Result<std::vector<AuditEntry>> entries(const AuditSearch& search);

  // Entries before then go. Errors: kIo, kTimedOut.
  core::Status forget_before(WallTime time);

 private:
  Database& database_;
};

}  // namespace vigil::archive
