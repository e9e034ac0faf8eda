#include "archive/audit_log.h"

#include <format>

#include <soci/soci.h>

#include "archive/bytes.h"
#include "archive/query.h"

namespace vigil::archive {
namespace {

using soci::into;
using soci::use;

constexpr int kMost = 1000;

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
  std::vector<AuditEntry> entries;
  const auto read = database_.read([&](soci::session& sql) {
    entries.clear();
    long long id = 0, at = 0;
    AuditEntry entry;
    Query query("SELECT id, at_us, user_name, address, action, object, CAST(details AS TEXT) FROM audit_log");
    if (search.from) query.where("at_us >= :from", to_us(*search.from));
    if (search.until) query.where("at_us < :until", to_us(*search.until));
    if (!search.user_name.empty()) query.where("user_name = :user", search.user_name);
    if (!search.action.empty()) query.where("action = :action", search.action);
    if (search.before > 0) query.where("id < :before", search.before);
    query.then("ORDER BY id DESC LIMIT :count", search.count);
    query.run(sql, into(id), into(at), into(entry.user_name), into(entry.address), into(entry.action), into(entry.object),
              into(entry.details));
    while (query.fetch()) {
      entry.id = id;
      entry.at = from_us(at);
      entries.push_back(entry);
    }
  });
  if (!read) return std::unexpected(read.error());
  return entries;
}

core::Status AuditLog::forget_before(WallTime time) {
  return database_.write([&](soci::session& sql) {
    const long long at = to_us(time);
    sql << "DELETE FROM audit_log WHERE at_us < :at", use(at);
  });
}

}  // namespace vigil::archive
