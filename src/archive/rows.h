// Rows: what a query gives, read at once, and how many rows a statement changed. Tables of the room stand on these.
//
//   struct Row {                                       // a row's columns, and what it becomes
//     long long id = 0;
//     std::string name;
//     void run(Query& query, soci::session& sql) { query.run(sql, into(id), into(name)); }
//     Camera value() const { return {.id = id, .name = name}; }
//   };
//   all_rows<Row>(database, query);                    // Result<std::vector<Camera>>
//   first_row<Row>(database, query);                   // Result<std::optional<Camera>>
//   change(database, Query("DELETE FROM cameras WHERE id = :id", id));  // Result<std::int64_t>: so many rows
//
// Errors are those of Database::read() and write(). Callable from any thread.
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

template <typename Row>
std::optional<ValueOf<Row>> first_row(soci::session& sql, Query query) {
  Row row;
  row.run(query, sql);
  return query.fetch() ? std::optional(row.value()) : std::nullopt;
}

template <typename Row>
core::Result<std::optional<ValueOf<Row>>> first_row(Database& database, const Query& query) {
  std::optional<ValueOf<Row>> found;
  const auto read = database.read([&](soci::session& sql) { found = first_row<Row>(sql, query); });
  if (!read) return std::unexpected(read.error());
  return found;
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

}  // namespace vigil::archive
