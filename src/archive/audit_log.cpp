#include "archive/audit_log.h"

#include <format>

#include <soci/soci.h>

#include "archive/bytes.h"
#include "archive/rows.h"

namespace vigil::archive {
namespace {

using soci::into;
using soci::use;

constexpr int kMost = 1000;

struct Row {
  long long id = 0, at = 0;
  AuditEntry entry = {};

  void run(Query& query, soci::session& sql) {
    query.run(sql, into(id), into(at), into(entry.user_name), into(entry.address), into(entry.action), into(entry.object),
              into(entry.details));
  }

  AuditEntry value() const {
    AuditEntry all = entry;
    all.id = id;
    all.at = from_us(at);
    return all;
  }
};

}  // namespace

core::Status AuditLog::add(const AuditEntry& entry) {
  return database_.write([&](soci::session& sql) {
    const long long at = to_us(entry.at);
    sql << std::format(
        "INSERT INTO audit_log (at_us, user_name, address, action, object, details) VALUES (:at, :user, "
        ":address, :action, :object, {})",
        json_value(database_.dialect(), ":details")),
        use(at), use(entry.user_name), use(entry.address), use(entry.action), use(entry.object), use(entry.details);
  });
}

core::Result<std::vector<AuditEntry>> AuditLog::entries(const AuditSearch& search) {
  if (search.count < 1 || search.count > kMost) {
    return core::fail(core::ErrorCode::kInvalidArgument,
                      std::format("{} entries a page: 1 to {} are possible", search.count, kMost));
  }
  Query query("SELECT id, at_us, user_name, address, action, object, CAST(details AS TEXT) FROM audit_log");
  if (search.from) query.where("at_us >= :from", to_us(*search.from));
  if (search.until) query.where("at_us < :until", to_us(*search.until));
  if (!search.user_name.empty()) query.where("user_name = :user", search.user_name);
  if (!search.action.empty()) query.where("action = :action", search.action);
  if (search.before > 0) query.where("id < :before", search.before);
  query.then("ORDER BY id DESC LIMIT :count", search.count);
  return all_rows<Row>(database_, query);
}

core::Status AuditLog::forget_before(WallTime time) {
  return database_.write([&](soci::session& sql) {
    const long long at = to_us(time);
    sql << "DELETE FROM audit_log WHERE at_us < :at", use(at);
  });
}

}  // namespace vigil::archive
