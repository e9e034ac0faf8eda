#include "station/refusal.h"

#include <format>

#include <soci/soci.h>

#include "core/check.h"

namespace vigil::test {

Refusal::Refusal(archive::Database& database, const std::string& what) : database_(database) {
  // What RAISE() gives would be a conflict, and what is constant would be computed beforehand.
  const auto made = database_.write([&](soci::session& sql) {
    sql << std::format(
        "CREATE TRIGGER refusal BEFORE {} BEGIN SELECT abs(-9223372036854775807 - (random() IS NOT NULL)); END", what);
  });
  VIGIL_CHECK(made, "the database takes a trigger");
}

Refusal::~Refusal() {
  if (!ended_) end();
}

void Refusal::end() {
  ended_ = true;
  VIGIL_CHECK(database_.write([](soci::session& sql) { sql << "DROP TRIGGER refusal"; }), "the trigger goes");
}

}  // namespace vigil::test
