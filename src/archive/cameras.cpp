#include "archive/cameras.h"

#include <format>
#include <optional>

#include <soci/soci.h>

#include "archive/bytes.h"
#include "archive/query.h"
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

  Camera camera() const {
    return {.id = id,
            .name = name,
            .address_shown = address_shown,
            .enabled = enabled != 0,
            .recording = recording != 0,
            .settings = settings};
  }
};

void run(Query& query, soci::session& sql, Row& row) {
  query.run(sql, into(row.id), into(row.name), into(row.address_shown), into(row.enabled), into(row.recording),
            into(row.settings));
}

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
  long long changed = 0;
  const auto written = database_.write([&](soci::session& sql) {
    const int enabled = camera.enabled ? 1 : 0, recording = camera.recording ? 1 : 0;
    const long long id = camera.id;
    soci::statement update =
        (sql.prepare << std::format(
             "UPDATE cameras SET name = :name, enabled = :enabled, recording = :recording, settings = {} "
             "WHERE id = :id",
             json_value(database_.dialect(), ":settings")),
         use(camera.name), use(enabled), use(recording), use(camera.settings), use(id));
    update.execute(/*withDataExchange=*/true);
    changed = update.get_affected_rows();
  });
  if (!written) return std::unexpected(named(written.error(), camera.name));
  return changed > 0 ? core::Status() : no_camera(camera.id);
}

core::Status Cameras::set_address(std::int64_t id, const std::string& address) {
  long long changed = 0;
  const auto written = database_.write([&](soci::session& sql) {
    const std::string sealed = to_hex(box_.seal(address));
    const std::string shown = core::redact_url(address);
    const long long key = id;
    soci::statement update =
        (sql.prepare << std::format("UPDATE cameras SET address_sealed = {}, address_shown = :shown WHERE "
                                    "id = :id",
                                    hex_value(database_.dialect(), ":sealed")),
         use(sealed), use(shown), use(key));
    update.execute(/*withDataExchange=*/true);
    changed = update.get_affected_rows();
  });
  if (!written) return written;
  return changed > 0 ? core::Status() : no_camera(id);
}

core::Result<std::vector<Camera>> Cameras::all() {
  std::vector<Camera> cameras;
  const auto read = database_.read([&](soci::session& sql) {
    cameras.clear();
    Row row;
    Query query(std::format("SELECT {} FROM cameras ORDER BY name", kColumns));
    for (run(query, sql, row); query.fetch();) cameras.push_back(row.camera());
  });
  if (!read) return std::unexpected(read.error());
  return cameras;
}

core::Result<Camera> Cameras::get(std::int64_t id) {
  std::optional<Camera> found;
  const auto read = database_.read([&](soci::session& sql) {
    Row row;
    Query query(std::format("SELECT {} FROM cameras", kColumns));
    query.where("id = :id", id);
    run(query, sql, row);
    if (query.fetch()) found = row.camera();
  });
  if (!read) return std::unexpected(read.error());
  if (!found) return no_camera(id);
  return *found;
}

core::Result<std::string> Cameras::address_of(std::int64_t id) {
  std::optional<std::string> sealed;
  const auto read = database_.read([&](soci::session& sql) {
    std::string hex;
    Query query(std::format("SELECT {} FROM cameras", hex_column(database_.dialect(), "address_sealed")));
    query.where("id = :id", id);
    query.run(sql, into(hex));
    if (query.fetch()) sealed = from_hex(hex);
  });
  if (!read) return std::unexpected(read.error());
  if (!sealed) return no_camera(id);
  return box_.unseal(*sealed);
}

core::Status Cameras::remove(std::int64_t id) {
  long long changed = 0;
  const auto written = database_.write([&](soci::session& sql) {
    const long long key = id;
    soci::statement remove = (sql.prepare << "DELETE FROM cameras WHERE id = :id", use(key));
    remove.execute(/*withDataExchange=*/true);
    changed = remove.get_affected_rows();
  });
  if (!written && written.error().code == ErrorCode::kConflict) {
    return fail(ErrorCode::kConflict, std::format("camera {} has recordings; remove them first", id));
  }
  if (!written) return written;
  return changed > 0 ? core::Status() : no_camera(id);
}

}  // namespace vigil::archive
