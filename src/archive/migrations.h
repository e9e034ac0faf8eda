// migrate: brings the schema of a database to the version that this program knows, step by step, each in a transaction of
// its own: killed at any moment it goes on with the next step. Programs that start together wait for each other.
#pragma once

#include "archive/database.h"

namespace vigil::archive {

// The newest version there is a step for.
int schema_version();

struct Migrated {
  int from = 0;  // 0: there was no schema
  int to = 0;
};

// Up to version `to`, 1 to schema_version(): tests stop earlier and have a database as an older program left it. Throws
// soci::soci_error. Errors: kUnsupported (the schema is newer than this program).
core::Result<Migrated> migrate(soci::session& sql, Dialect dialect, int to = schema_version());

}  // namespace vigil::archive
