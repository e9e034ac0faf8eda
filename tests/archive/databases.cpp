#include "archive/databases.h"

#include <format>

#include <soci/soci.h>

namespace vigil::test {
namespace {

bool is_postgresql(soci::session& sql) { return sql.get_backend_name() == "postgresql"; }

}  // namespace

void wipe_events(soci::session& sql) {
  sql << "DELETE FROM event_people";
  sql << "DELETE FROM events";
}

void add_camera(soci::session& sql, const std::string& name) {
  sql << "INSERT INTO cameras (name, address_sealed, address_shown, enabled, recording, settings, created_us) "
         "VALUES (:name, '', '', 0, 0, '{}', 0)",
      soci::use(name);
}

void add_recordings(soci::session& sql, std::int64_t camera, archive::WallTime first, int count) {
  constexpr std::int64_t kLengthUs = 4'000'000;
  for (int i = 0; i < count; ++i) {
    const std::int64_t begin = archive::to_us(first) + i * kLengthUs;
    sql << std::format("INSERT INTO recordings (camera_id, begin_us, end_us, file, size) VALUES ({}, {}, {}, '{}', 1)",
                       camera, begin, begin + kLengthUs, i);
  }
}

void pretend_newer(soci::session& sql, int version) {
  sql << "INSERT INTO schema_version (version, applied_us) VALUES (:version, 0)", soci::use(version);
}

void set_setting(soci::session& sql, const std::string& name, const std::string& json) {
  sql << "INSERT INTO settings (name, value) VALUES (:name, CAST(:value AS " +
             std::string(is_postgresql(sql) ? "JSONB" : "TEXT") + "))",
      soci::use(name), soci::use(json);
}

bool has_setting(soci::session& sql, const std::string& name) {
  int count = 0;
  sql << "SELECT COUNT(*) FROM settings WHERE name = :name", soci::use(name), soci::into(count);
  return count > 0;
}

void refuse_updates(soci::session& sql, const std::string& table) {
  if (!is_postgresql(sql)) {
    sql << std::format("CREATE TRIGGER refusal BEFORE UPDATE ON {} BEGIN SELECT RAISE(ABORT, 'refused'); END", table);
    return;
  }
  sql << "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''refused''; END'";
  sql << std::format("CREATE TRIGGER refusal BEFORE UPDATE ON {} FOR EACH ROW EXECUTE FUNCTION refuse()", table);
}

void allow_updates(soci::session& sql) {
  sql << (is_postgresql(sql) ? std::string("DROP FUNCTION refuse CASCADE") : std::string("DROP TRIGGER refusal"));
}

void rename_table(soci::session& sql, const std::string& from, const std::string& to) {
  sql << std::format("ALTER TABLE {} RENAME TO {}", from, to);
}

}  // namespace vigil::test
