#include "archive/settings.h"

#include <format>

#include <soci/soci.h>

#include "archive/bytes.h"
#include "archive/query.h"

namespace vigil::archive {

core::Result<std::optional<std::string>> Settings::get(const std::string& name) {
  std::optional<std::string> found;
  const auto read = database_.read([&](soci::session& sql) {
    std::string value;
    Query query("SELECT CAST(value AS TEXT) FROM settings");
    query.where("name = :name", name);
    query.run(sql, soci::into(value));
    found = query.fetch() ? std::optional(value) : std::nullopt;
  });
  if (!read) return std::unexpected(read.error());
  return found;
}

core::Status Settings::set(const std::string& name, const std::string& json) {
  return database_.write([&](soci::session& sql) {
    sql << std::format(
        "INSERT INTO settings (name, value) VALUES (:name, {}) ON CONFLICT (name) DO UPDATE SET value = "
        "excluded.value",
        json_value(database_.dialect(), ":value")),
        soci::use(name), soci::use(json);
  });
}

}  // namespace vigil::archive
