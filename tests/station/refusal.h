// Refusal: a SQLite database that fails at one thing for a while, as it does on a full disk.
//
//   test::Refusal refusal(archive.database(), "INSERT ON events");
//   test::Refusal refusal(archive.database(), "UPDATE OF state ON jobs WHEN new.state = 'done'");
//   refusal.end();
//
// One at a time.
#pragma once

#include <string>

#include "archive/database.h"

namespace vigil::test {

class Refusal {
 public:
  Refusal(archive::Database& database, const std::string& what);
  ~Refusal();
  Refusal(const Refusal&) = delete;
  Refusal& operator=(const Refusal&) = delete;

  void end();

 private:
  archive::Database& database_;
  bool ended_ = false;
};

}  // namespace vigil::test
