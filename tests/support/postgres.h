// Postgres: a throw-away PostgreSQL server in a folder of its own, reached through a socket in it; ends with the object.
//
//   test::Postgres server;
//   auto database = archive::Database::open({.url = server.new_database()});   // empty, of its own
//   server.restart();
//
// Runs as the user `nobody` where the tests run as root, which PostgreSQL refuses.
#pragma once

#include <string>

#include "support/temp_dir.h"

namespace vigil::test {

class Postgres {
 public:
  // Throws std::runtime_error, with the server's own words, when it cannot be started.
  Postgres();
  ~Postgres();
  Postgres(const Postgres&) = delete;
  Postgres& operator=(const Postgres&) = delete;

  std::string new_database();  // its URL

  // Makes the database `to` anew, as `from` is, which nobody may have open. Whoever has `to` open loses it.
  void copy_database(const std::string& from, const std::string& to);

  void restart();
  void stop();
  void start();

 private:
  void make_data();
  void run(const std::string& command) const;

  const TempDir dir_;
  int databases_ = 0;
};

}  // namespace vigil::test
