#include "archive/jobs.h"

#include <algorithm>
#include <array>
#include <format>
#include <string_view>

#include <soci/soci.h>

#include "archive/rows.h"
#include "core/check.h"

namespace vigil::archive {
namespace {

using core::ErrorCode;
using core::fail;
using soci::into;
using soci::use;

constexpr std::array<std::string_view, 6> kStates = {"uploading", "queued", "running", "done", "failed", "cancelled"};
constexpr std::string_view kColumns =
    "id, user_id, name, file, size, received, state, progress, message, created_us, finished_us, "
    "(SELECT COUNT(*) FROM events e WHERE e.job_id = jobs.id)";

std::unexpected<core::Error> no_job(std::int64_t id) {
  return fail(ErrorCode::kNotFound, std::format("there is no job {}", id));
}

bool may_go(JobState from, JobState to) {
  using enum JobState;
  switch (from) {
    case kUploading: return to == kQueued || to == kFailed || to == kCancelled;
    case kQueued: return to == kRunning || to == kCancelled;
    case kRunning: return to == kDone || to == kFailed || to == kCancelled || to == kQueued;
    case kFailed:
    case kCancelled: return to == kQueued;  // once more
    case kDone: return false;
  }
  return false;
}

bool is_over(JobState state) {
  return state == JobState::kDone || state == JobState::kFailed || state == JobState::kCancelled;
}

struct Row {
  long long id = 0, user = 0, size = 0, received = 0, created = 0, finished = 0, events = 0;
  soci::indicator has_user = soci::i_null, has_finished = soci::i_null;
  std::string name, file, state, message;
  double progress = 0;

  void run(Query& query, soci::session& sql) {
    query.run(sql, into(id), into(user, has_user), into(name), into(file), into(size), into(received), into(state),
              into(progress), into(message), into(created), into(finished, has_finished), into(events));
  }

  Job value() const {
    const auto known = std::ranges::find(kStates, state);
    VIGIL_CHECK(known != kStates.end(), "the database allows the states that there are");
    return {.id = id,
            .user_id = has_user == soci::i_ok ? std::optional<std::int64_t>(user) : std::nullopt,
            .name = name,
            .file = file,
            .size = static_cast<std::uint64_t>(size),
            .received = static_cast<std::uint64_t>(received),
            .state = static_cast<JobState>(known - kStates.begin()),
            .progress = progress,
            .message = message,
            .created = from_us(created),
            .finished = has_finished == soci::i_ok ? std::optional(from_us(finished)) : std::nullopt,
            .events_count = events};
  }
};

Query by_id(std::int64_t id) { return Query(std::format("SELECT {} FROM jobs WHERE id = :id", kColumns), id); }

void write_state(soci::session& sql, std::int64_t id, JobState state, const std::string& message) {
  const std::string text(to_string(state));
  const long long key = id, at = to_us(now());
  soci::indicator over = is_over(state) ? soci::i_ok : soci::i_null;
  sql << "UPDATE jobs SET state = :state, message = :message, finished_us = :at WHERE id = :id", use(text), use(message),
      use(at, over), use(key);
}

}  // namespace

std::string_view to_string(JobState state) { return kStates[static_cast<std::size_t>(state)]; }

core::Result<std::int64_t> Jobs::add(const Job& job) {
  long long id = 0;
  const auto written = database_.write([&](soci::session& sql) {
    const long long user = job.user_id.value_or(0), size = static_cast<long long>(job.size);
    const long long received = static_cast<long long>(job.received), created = to_us(now());
    soci::indicator has_user = job.user_id ? soci::i_ok : soci::i_null;
    const std::string state(to_string(job.state));
    sql << "INSERT INTO jobs (user_id, name, file, size, received, state, progress, message, created_us) VALUES (:user, "
           ":name, "
           ":file, :size, :received, :state, 0, '', :created) RETURNING id",
        use(user, has_user), use(job.name), use(job.file), use(size), use(received), use(state), use(created), into(id);
  });
  if (!written) return std::unexpected(written.error());
  return id;
}

core::Result<Job> Jobs::get(std::int64_t id) { return one_row<Row>(database_, by_id(id), no_job(id)); }

core::Result<std::vector<Job>> Jobs::all(std::optional<std::int64_t> user_id) {
  Query query(std::format("SELECT {} FROM jobs", kColumns));
  if (user_id) query.where("user_id = :user", *user_id);
  query.then("ORDER BY id DESC");
  return all_rows<Row>(database_, query);
}

core::Status Jobs::set_received(std::int64_t id, std::uint64_t received) {
  core::Status outcome;
  const auto written = database_.write([&](soci::session& sql) {
    outcome = {};
    const auto job = first_row<Row>(sql, by_id(id));
    if (!job) {
      outcome = no_job(id);
    } else if (received < job->received || received > job->size) {
      outcome = fail(ErrorCode::kConflict,
                     std::format("{} bytes of job {}: it has {} of {}", received, id, job->received, job->size));
    } else {
      const long long bytes = static_cast<long long>(received), key = id;
      sql << "UPDATE jobs SET received = :bytes WHERE id = :id", use(bytes), use(key);
    }
  });
  return written ? outcome : written;
}

core::Status Jobs::set_state(std::int64_t id, JobState state, const std::string& message) {
  core::Status outcome;
  const auto written = database_.write([&](soci::session& sql) {
    outcome = {};
    const auto job = first_row<Row>(sql, by_id(id));
    if (!job) {
      outcome = no_job(id);
    } else if (!may_go(job->state, state)) {
      outcome = fail(ErrorCode::kConflict,
                     std::format("job {} is {} and cannot become {}", id, to_string(job->state), to_string(state)));
    } else {
      write_state(sql, id, state, message);
    }
  });
  return written ? outcome : written;
}

core::Status Jobs::set_progress(std::int64_t id, double progress) {
  return database_.write([&](soci::session& sql) {
    const double share = std::clamp(progress, 0.0, 1.0);
    const long long key = id;
    sql << "UPDATE jobs SET progress = :progress WHERE id = :id", use(share), use(key);
  });
}

core::Result<std::optional<Job>> Jobs::take() {
  std::optional<Job> taken;
  const auto written = database_.write([&](soci::session& sql) {
    Query query(std::format("SELECT {} FROM jobs WHERE state = 'queued' ORDER BY id LIMIT 1", kColumns));
    // Of two who ask at once the second one gets the next.
    if (database_.dialect() == Dialect::kPostgresql) query.then("FOR UPDATE SKIP LOCKED");
    taken = first_row<Row>(sql, query);
    if (!taken) return;
    taken->state = JobState::kRunning;
    write_state(sql, taken->id, JobState::kRunning, "");
  });
  if (!written) return std::unexpected(written.error());
  return taken;
}

core::Status Jobs::requeue_running() {
  return database_.write(
      [&](soci::session& sql) { sql << "UPDATE jobs SET state = 'queued', progress = 0 WHERE state = 'running'"; });
}

core::Status Jobs::remove(std::int64_t id) {
  return database_.write([&](soci::session& sql) {
    const long long key = id;
    sql << "DELETE FROM jobs WHERE id = :id", use(key);
  });
}

}  // namespace vigil::archive
