// Transaction: begins on construction, rolls back unless commit() was called. SQLite takes its lock for writing at once: one
// that reads first and writes later could not wait for another writer.
#pragma once

#include <exception>

#include "archive/database.h"

namespace vigil::archive {

class Transaction {
 public:
  Transaction(soci::session& sql, Dialect dialect);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit();

 private:
  soci::session& sql_;
  bool open_ = true;
};

}  // namespace vigil::archive
