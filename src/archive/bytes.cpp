#include "archive/bytes.h"

#include <sodium.h>

#include <format>

#include "core/check.h"

namespace vigil::archive {

std::string to_hex(std::string_view bytes) {
  std::string hex(2 * bytes.size() + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  hex.pop_back();
  return hex;
}

std::string from_hex(std::string_view hex) {
  std::string bytes(hex.size() / 2, '\0');
  std::size_t size = 0;
  const int failed = sodium_hex2bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), hex.data(), hex.size(),
                                    nullptr, &size, nullptr);
  VIGIL_CHECK(failed == 0 && size == bytes.size(), "the database gives hexadecimal digits");
  return bytes;
}

std::string hex_value(Dialect dialect, std::string_view placeholder) {
  return std::format("{}({}{})", dialect == Dialect::kSqlite ? "unhex" : "decode", placeholder,
                     dialect == Dialect::kSqlite ? "" : ", 'hex'");
}

std::string hex_column(Dialect dialect, std::string_view column) {
  return std::format("{}({}{})", dialect == Dialect::kSqlite ? "hex" : "encode", column,
                     dialect == Dialect::kSqlite ? "" : ", 'hex'");
}

std::string json_value(Dialect dialect, std::string_view placeholder) {
  return dialect == Dialect::kSqlite ? std::string(placeholder) : std::format("CAST({} AS JSONB)", placeholder);
}

}  // namespace vigil::archive
