#include "archive/database.h"

#include <filesystem>
#include <format>
#include <mutex>
#include <string_view>
#include <utility>

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "archive/migrations.h"
#include "archive/transaction.h"
#include "core/log.h"

namespace vigil::archive {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::fail;

constexpr std::string_view kSqlitePrefix = "sqlite:";
constexpr int kBusySeconds = 10;
constexpr int kCheckoutMs = 30'000;
constexpr std::size_t kMostConnections = 64;

struct Place {
  Dialect dialect = Dialect::kSqlite;
  std::string connect;  // as the backend takes it
  std::string shown;    // without secrets
};

core::Result<Place> place_of(const std::string& url) {
  if (url.starts_with(kSqlitePrefix)) {
    const std::string path = url.substr(kSqlitePrefix.size());
    if (path.empty() || path.contains('"')) {
      return fail(ErrorCode::kInvalidArgument, std::format("database '{}': no path of a file", url));
    }
    return Place{.dialect = Dialect::kSqlite,
                 .connect = std::format("db=\"{}\" timeout={} shared_cache=false", path, kBusySeconds),
                 .shown = path};
  }
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) {
    return Place{.dialect = Dialect::kPostgresql, .connect = url, .shown = core::redact_url(url)};
  }
  return fail(ErrorCode::kInvalidArgument,
              std::format("database '{}': write sqlite:PATH or postgresql://user@host/name", core::redact_url(url)));
}

void prepare(soci::session& sql, const Place& place) {
  if (place.dialect == Dialect::kPostgresql) {
    sql.open(soci::postgresql, place.connect);
    sql << "SET client_min_messages = warning";
    return;
  }
  sql.open(soci::sqlite3, place.connect);
  for (const char* setting : {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON",
                              "PRAGMA temp_store = MEMORY", "PRAGMA cache_size = -16384"}) {
    sql << setting;
  }
}

bool is_constraint(const soci::soci_error& error) {
  if (error.get_error_category() == soci::soci_error::constraint_violation) return true;
  const auto* lite = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
  return lite && (lite->result() & 0xff) == SQLITE_CONSTRAINT;
}

bool is_busy(const soci::soci_error& error) {
  const auto* lite = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
  const int code = lite ? lite->result() & 0xff : SQLITE_OK;
  return code == SQLITE_BUSY || code == SQLITE_LOCKED;
}

// Without the statement's values, which what() would tell: they may be secret.
core::Error error_of(const soci::soci_error& error, const std::string& shown) {
  const ErrorCode code = is_constraint(error) ? ErrorCode::kConflict
                         : is_busy(error)     ? ErrorCode::kTimedOut
                                              : ErrorCode::kIo;
  return {.code = code, .message = std::format("database {}: {}", shown, error.get_error_message())};
}

// A connection of the pool, for as long as it lives; none where none became free in time.
class Lease {
 public:
  explicit Lease(soci::connection_pool& pool) : pool_(pool), taken_(pool.try_lease(position_, kCheckoutMs)) {}
  ~Lease() {
    if (taken_) pool_.give_back(position_);
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  soci::session* session() const { return taken_ ? &pool_.at(position_) : nullptr; }

 private:
  soci::connection_pool& pool_;
  std::size_t position_ = 0;
  bool taken_;
};

}  // namespace

struct Database::Impl {
  Place place;
  soci::connection_pool pool;
  std::size_t connections;
  std::mutex writing;  // of SQLite: its own wait for another writer is a poll, and not fair
  bool is_new = false;

  Impl(Place where, std::size_t count) : place(std::move(where)), pool(count), connections(count) {}

  core::Status run(const Work& work, bool writes);
};

core::Status Database::Impl::run(const Work& work, bool writes) {
  std::unique_lock lock(writing, std::defer_lock);
  if (writes && place.dialect == Dialect::kSqlite) lock.lock();
  const Lease lease(pool);
  if (!lease.session()) {
    return fail(ErrorCode::kTimedOut, std::format("database {}: all {} connections are in use", place.shown, connections));
  }
  soci::session& sql = *lease.session();
  try {
    if (place.dialect == Dialect::kPostgresql && !sql.is_connected()) sql.reconnect();
    if (!writes) {
      work(sql);
      return {};
    }
    Transaction transaction(sql, place.dialect);
    work(sql);
    transaction.commit();
    return {};
  } catch (const soci::soci_error& error) {
    return std::unexpected(error_of(error, place.shown));
  }
}

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::~Database() = default;

core::Result<std::unique_ptr<Database>> Database::open(const DatabaseOptions& options) {
  auto place = place_of(options.url);
  if (!place) return std::unexpected(place.error());
  if (options.connections < 1 || options.connections > kMostConnections) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("{} connections to the database: 1 to {} are possible", options.connections, kMostConnections));
  }
  auto impl = std::make_unique<Impl>(*place, options.connections);
  try {
    for (std::size_t i = 0; i < options.connections; ++i) prepare(impl->pool.at(i), *place);
    const auto migrated = migrate(impl->pool.at(0), place->dialect);
    if (!migrated) return std::unexpected(migrated.error().with_context(place->shown));
    impl->is_new = migrated->from == 0;
    if (migrated->from != migrated->to && migrated->from != 0) {
      core::log_info("{}: the schema went from version {} to {}", place->shown, migrated->from, migrated->to);
    }
  } catch (const soci::soci_error& error) {
    return std::unexpected(error_of(error, place->shown));
  }
  return std::unique_ptr<Database>(new Database(std::move(impl)));
}

core::Status Database::read(const Work& work) { return impl_->run(work, /*writes=*/false); }
core::Status Database::write(const Work& work) { return impl_->run(work, /*writes=*/true); }
Dialect Database::dialect() const { return impl_->place.dialect; }
bool Database::is_new() const { return impl_->is_new; }

}  // namespace vigil::archive
