// Rows: what a query gives, read at once, and how many rows a statement changed. Tables of the room stand on these.
//
//   struct Row {                                       // a row's columns, and what it becomes
//     long long id = 0;
//     std::string name;
//     void run(Query& query, soci::session& sql) { query.run(sql, into(id), into(name)); }
//     Camera value() const { return {.id = id, .name = name}; }
//   };
//   all_rows<Row>(database, query);                    // Result<std::vector<Camera>>
//   one_row<Row>(database, query, missing);            // Result<Camera>
//   change(database, Query("DELETE FROM cameras WHERE id = :id", id));               // Result<std::int64_t>: so many rows
//   change_one(database, Query("DELETE FROM cameras WHERE id = :id", id), missing);  // Status
//
// Errors are those of Database::read() and write(), and `missing` where there is no such row. Callable from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <soci/soci.h>

#include "archive/database.h"
#include "archive/query.h"

namespace vigil::archive {

template <typename Row>
using ValueOf = decltype(std::declval<const Row&>().value());

// Within a transaction that does more.
template <typename Row>
std::optional<ValueOf<Row>> first_row(soci::session& sql, Query query) {
  Row row;
  row.run(query, sql);
  return query.fetch() ? std::optional(row.value()) : std::nullopt;
}

template <typename Row>
core::Result<ValueOf<Row>> one_row(Database& database, const Query& query, const std::unexpected<core::Error>& missing) {
  std::optional<ValueOf<Row>> found;
  const auto read = database.read([&](soci::session& sql) { found = first_row<Row>(sql, query); });
  if (!read) return std::unexpected(read.error());
  if (!found) return missing;
  return *std::move(found);
}

template <typename Row>
core::Result<std::vector<ValueOf<Row>>> all_rows(Database& database, const Query& query) {
  std::vector<ValueOf<Row>> found;
  const auto read = database.read([&](soci::session& sql) {
    found.clear();
    Row row;
    Query own = query;
    for (row.run(own, sql); own.fetch();) found.push_back(row.value());
  });
  if (!read) return std::unexpected(read.error());
  return found;
}

inline core::Result<std::int64_t> change(Database& database, const Query& query) {
  std::int64_t rows = 0;
  const auto written = database.write([&](soci::session& sql) { rows = Query(query).change(sql); });
  if (!written) return std::unexpected(written.error());
  return rows;
}

inline core::Status change_one(Database& database, const Query& query, const std::unexpected<core::Error>& missing) {
  const auto changed = change(database, query);
  if (!changed) return std::unexpected(changed.error());
  return *changed > 0 ? core::Status() : missing;
}

}  // namespace vigil::archive
