#include "archive/cameras.h"

#include <algorithm>
#include <format>
#include <optional>

#include <soci/soci.h>

#include "archive/bytes.h"
#include "archive/rows.h"
#include "archive/wall_time.h"
#include "core/log.h"

namespace vigil::archive {
namespace {

using core::ErrorCode;
using core::fail;
using soci::into;
using soci::use;

constexpr std::string_view kColumns = "id, name, address_shown, enabled, recording, CAST(settings AS TEXT)";

std::unexpected<core::Error> no_camera(std::int64_t id) {
  return fail(ErrorCode::kNotFound, std::format("there is no camera {}", id));
}

struct Row {
  long long id = 0;
  std::string name, address_shown, settings;
  int enabled = 0, recording = 0;

  void run(Query& query, soci::session& sql) {
    query.run(sql, into(id), into(name), into(address_shown), into(enabled), into(recording), into(settings));
  }

  Camera value() const {
    return {.id = id,
            .name = name,
            .address_shown = address_shown,
            .enabled = enabled != 0,
            .recording = recording != 0,
            .settings = settings};
  }
};

struct SealedRow {
  std::string hex;

  void run(Query& query, soci::session& sql) { query.run(sql, into(hex)); }
  std::string value() const { return from_hex(hex); }
};

core::Error named(const core::Error& error, const std::string& name) {
  if (error.code != ErrorCode::kConflict) return error;
  return {.code = error.code, .message = std::format("another camera is called '{}'", name), .field = "name"};
}

core::Status check_name(const Camera& camera) {
  if (!camera.name.empty()) return {};
  return std::unexpected(core::Error{ErrorCode::kInvalidArgument, "a camera needs a name", "name"});
}

}  // namespace

core::Result<std::int64_t> Cameras::add(const Camera& camera, const std::string& address) {
  if (auto valid = check_name(camera); !valid) return std::unexpected(valid.error());
  long long id = 0;
  const auto written = database_.write([&](soci::session& sql) {
    const std::string sealed = to_hex(box_.seal(address));
    const std::string shown = core::redact_url(address);
    const int enabled = camera.enabled ? 1 : 0, recording = camera.recording ? 1 : 0;
    const long long created = to_us(now());
    sql << std::format(
        "INSERT INTO cameras (name, address_sealed, address_shown, enabled, recording, settings, created_us) VALUES "
        "(:name, {}, :shown, :enabled, :recording, {}, :created) RETURNING id",
        hex_value(database_.dialect(), ":sealed"), json_value(database_.dialect(), ":settings")),
        use(camera.name), use(sealed), use(shown), use(enabled), use(recording), use(camera.settings), use(created),
        into(id);
  });
  if (!written) return std::unexpected(named(written.error(), camera.name));
  return id;
}

core::Status Cameras::update(const Camera& camera) {
  if (auto valid = check_name(camera); !valid) return valid;
  Query query("UPDATE cameras SET name = :name, enabled = :enabled, recording = :recording,", camera.name,
              camera.enabled ? 1 : 0, camera.recording ? 1 : 0);
  query.then(std::format("settings = {}", json_value(database_.dialect(), ":settings")), camera.settings);
  query.where("id = :id", camera.id);
  const auto changed = change_one(database_, query, no_camera(camera.id));
  return changed ? changed : std::unexpected(named(changed.error(), camera.name));
}

core::Status Cameras::set_address(std::int64_t id, const std::string& address) {
  Query query(std::format("UPDATE cameras SET address_sealed = {},", hex_value(database_.dialect(), ":sealed")),
              to_hex(box_.seal(address)));
  query.then("address_shown = :shown", core::redact_url(address));
  query.where("id = :id", id);
  return change_one(database_, query, no_camera(id));
}

core::Status Cameras::spare_ids(std::int64_t last) {
  return database_.write([&](soci::session& sql) {
    const long long id = last;
    if (database_.dialect() == Dialect::kPostgresql) {
      long long next = 0;
      sql << "SELECT nextval(pg_get_serial_sequence('cameras', 'id'))", into(next);
      const long long spared = std::max(next, id);
      sql << "SELECT setval(pg_get_serial_sequence('cameras', 'id'), :id)", use(spared), into(next);
      return;
    }
    // The row is there once a camera was added.
    sql << "INSERT INTO sqlite_sequence (name, seq) SELECT 'cameras', 0 WHERE NOT EXISTS "
           "(SELECT 1 FROM sqlite_sequence WHERE name = 'cameras')";
    sql << "UPDATE sqlite_sequence SET seq = :id WHERE name = 'cameras' AND seq < :least", use(id), use(id);
  });
}

core::Result<std::vector<Camera>> Cameras::all() {
  return all_rows<Row>(database_, Query(std::format("SELECT {} FROM cameras ORDER BY name", kColumns)));
}

core::Result<Camera> Cameras::get(std::int64_t id) {
  return one_row<Row>(database_, Query(std::format("SELECT {} FROM cameras WHERE id = :id", kColumns), id), no_camera(id));
}

core::Result<std::string> Cameras::address_of(std::int64_t id) {
  const auto sealed = one_row<SealedRow>(
      database_,
      Query(std::format("SELECT {} FROM cameras WHERE id = :id", hex_column(database_.dialect(), "address_sealed")), id),
      no_camera(id));
  return sealed ? box_.unseal(*sealed) : sealed;
}

core::Status Cameras::remove(std::int64_t id) {
  const auto removed = change_one(database_, Query("DELETE FROM cameras WHERE id = :id", id), no_camera(id));
  if (!removed && removed.error().code == ErrorCode::kConflict) {
    return fail(ErrorCode::kConflict, std::format("camera {} has recordings; remove them first", id));
  }
  return removed;
}

}  // namespace vigil::archive
