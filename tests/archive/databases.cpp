#include "archive/databases.h"

#include <soci/soci.h>

namespace vigil::test {

void wipe_events(soci::session& sql) {
  sql << "DELETE FROM event_people";
  sql << "DELETE FROM events";
}

void pretend_newer(soci::session& sql, int version) {
  sql << "INSERT INTO schema_version (version, applied_us) VALUES (:version, 0)", soci::use(version);
}

void set_setting(soci::session& sql, const std::string& name, const std::string& json) {
  sql << "INSERT INTO settings (name, value) VALUES (:name, CAST(:value AS " +
             std::string(sql.get_backend_name() == "postgresql" ? "JSONB" : "TEXT") + "))",
      soci::use(name), soci::use(json);
}

bool has_setting(soci::session& sql, const std::string& name) {
  int count = 0;
  sql << "SELECT COUNT(*) FROM settings WHERE name = :name", soci::use(name), soci::into(count);
  return count > 0;
}

}  // namespace vigil::test
