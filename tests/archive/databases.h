// OnBoth: what is tested on SQLite and on PostgreSQL alike.
//
//   class EventsTest : public test::OnBoth {};
//   VIGIL_ON_BOTH(EventsTest);
//   TEST_P(EventsTest, are_found_again) { auto database = open(); … }
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "archive/database.h"
#include "archive/wall_time.h"
#include "support/postgres.h"
#include "support/temp_dir.h"

namespace vigil::test {

class OnBoth : public testing::TestWithParam<archive::Dialect> {
 protected:
  // The same database each time.
  std::unique_ptr<archive::Database> open() {
    auto database = archive::Database::open({.url = url()});
    if (!database) throw std::runtime_error(database.error().message);
    return std::move(*database);
  }

  const std::string& url() {
    if (url_.empty()) {
      if (GetParam() == archive::Dialect::kPostgresql) server_.emplace();
      url_ = server_ ? server_->new_database() : "sqlite:" + (dir_ / "vigil.db").string();
    }
    return url_;
  }

  Postgres& server() { return *server_; }

  const TempDir dir_;

 private:
  std::optional<Postgres> server_;
  std::string url_;
};

// As if the database had been lost and made anew.
void wipe_events(soci::session& sql);

// Its address cannot be read.
void add_camera(soci::session& sql, const std::string& name);

// So many of a byte and four seconds each, without files.
void add_recordings(soci::session& sql, std::int64_t camera, archive::WallTime first, int count);

void pretend_newer(soci::session& sql, int version);
void set_setting(soci::session& sql, const std::string& name, const std::string& json);
bool has_setting(soci::session& sql, const std::string& name);

// No row of the table can be changed until all can again, as on a full disk.
void refuse_updates(soci::session& sql, const std::string& table);
void allow_updates(soci::session& sql);

void rename_table(soci::session& sql, const std::string& from, const std::string& to);

inline std::string dialect_name(const testing::TestParamInfo<archive::Dialect>& info) {
  return info.param == archive::Dialect::kSqlite ? "sqlite" : "postgresql";
}

}  // namespace vigil::test

#define VIGIL_ON_BOTH(Suite)                                                                                            \
  INSTANTIATE_TEST_SUITE_P(Databases, Suite,                                                                            \
                           testing::Values(::vigil::archive::Dialect::kSqlite, ::vigil::archive::Dialect::kPostgresql), \
                           ::vigil::test::dialect_name)
