// Jobs: uploaded videos, from their first byte to their events. What was running when the program ended is queued again.
//
//   Jobs jobs(*database);
//   auto id = jobs.add({.user_id = 1, .name = "street.mp4", .file = "uploads/7f3a.mp4", .size = 80'000'000});
//   jobs.set_received(*id, 4'000'000);
//   jobs.set_state(*id, JobState::kQueued);       // all of it is on the disk
//   while (auto job = jobs.take()) analyse(*job);  // the oldest that is queued, now running
//
// Callable from any thread and, of PostgreSQL, from several machines: a job is taken once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "archive/database.h"
#include "archive/wall_time.h"
#include "core/result.h"

namespace vigil::archive {

enum class JobState { kUploading, kQueued, kRunning, kDone, kFailed, kCancelled };

std::string_view to_string(JobState state);  // "uploading", …

struct Job {
  std::int64_t id = 0;
  std::optional<std::int64_t> user_id = {};
  std::string name = {};       // as the user called the file
  std::string file = {};       // key of the blob; used once
  std::uint64_t size = 0;      // bytes in all
  std::uint64_t received = 0;  // on the disk
  JobState state = JobState::kUploading;
  double progress = 0;       // of the analysis, [0, 1]
  std::string message = {};  // why it failed, or what was found
  WallTime created = {};
  std::optional<WallTime> finished = {};
  std::int64_t events_count = 0;  // that were found in it and are there; not written
};

class Jobs {
 public:
  explicit Jobs(Database& database) : database_(database) {}

  // Errors: kConflict (no such user, the file is there already), kIo, kTimedOut.
  core::Result<std::int64_t> add(const Job& job);

  core::Result<Job> get(std::int64_t id);                                        // kNotFound
  core::Result<std::vector<Job>> all(std::optional<std::int64_t> user_id = {});  // latest first

  // Errors: kNotFound; kConflict (less than before, or more than its size).
  core::Status set_received(std::int64_t id, std::uint64_t received);
  // Errors: kNotFound; kConflict (from there it cannot go there).
  core::Status set_state(std::int64_t id, JobState state, const std::string& message = {});
  core::Status set_progress(std::int64_t id, double progress);

  // Nothing: none is queued.
  core::Result<std::optional<Job>> take();

  // At start-up. Errors: kIo, kTimedOut.
  core::Status requeue_running();

  core::Status remove(std::int64_t id);  // what is not there is removed already; its events stay

 private:
  Database& database_;
};

}  // namespace vigil::archive
