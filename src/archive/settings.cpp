#include "archive/settings.h"

#include <format>

#include <nlohmann/json.hpp>
#include <soci/soci.h>

#include "archive/bytes.h"
#include "archive/query.h"

namespace vigil::archive {
namespace {

constexpr const char* kSealed = "sealed";

}  // namespace

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

core::Result<std::optional<std::string>> Settings::get_secret(const std::string& name) {
  const auto value = get(name);
  if (!value || !*value) return value;
  const auto json = nlohmann::json::parse(**value, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains(kSealed) || !json[kSealed].is_string()) {
    return core::fail(core::ErrorCode::kUnreadable, std::format("the setting {} is damaged", name));
  }
  auto opened = box_.unseal(from_hex(json[kSealed].get<std::string>()));
  if (!opened) return std::unexpected(opened.error().with_context(std::format("the setting {}", name)));
  return *std::move(opened);
}

core::Status Settings::set_secret(const std::string& name, const std::string& text) {
  return set(name, nlohmann::json{{kSealed, to_hex(box_.seal(text))}}.dump());
}

}  // namespace vigil::archive
