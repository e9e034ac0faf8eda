// Database: connections to the repository's database, SQLite in a file or PostgreSQL, behind one interface. What differs
// between the two is known to the files of this room and to nobody else.
//
//   auto database = Database::open({.url = "sqlite:/var/lib/vigil/vigil.db"});   // or "postgresql://user@host/vigil"
//   Status done = (*database)->write([&](soci::session& sql) { sql << "UPDATE …", soci::use(id); });
//
// open() brings the schema up to date (migrations.h). SQLite runs with write-ahead log, foreign keys, full syncing and a
// busy time-out. A write is one transaction: all of it or nothing; of SQLite one at a time. After the server of PostgreSQL
// was restarted the first calls may fail; the next ones connect anew. Callable from any thread; blocks on disk or network,
// and while all connections are in use. Work must not call the database again.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "core/result.h"

namespace soci {
class session;
}

namespace vigil::archive {

enum class Dialect { kSqlite, kPostgresql };

struct DatabaseOptions {
  std::string url;              // "sqlite:PATH" or "postgresql://…", as libpq takes it
  std::size_t connections = 4;  // 1–64
};

class Database {
 public:
  // Makes a SQLite file that is missing. Errors: kInvalidArgument (URL, options), kIo (cannot connect; the password is not
  // in the message), kUnsupported (the schema is of a newer Vigil).
  static core::Result<std::unique_ptr<Database>> open(const DatabaseOptions& options);
  ~Database();

  using Work = std::function<void(soci::session&)>;

  // Errors: kConflict (what a unique or foreign key forbids), kTimedOut (another program holds it), kIo.
  core::Status read(const Work& work);
  core::Status write(const Work& work);

  Dialect dialect() const;

  // Whether open() made the schema: a database that is new knows nothing of what lies on the disk.
  bool is_new() const;

 private:
  struct Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::archive
