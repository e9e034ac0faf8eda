// Settings: what is set in the user interface and holds for all: a JSON value under each name ("retention", "alerts").
#pragma once

#include <optional>
#include <string>

#include "archive/database.h"
#include "core/result.h"

namespace vigil::archive {

class Settings {
 public:
  explicit Settings(Database& database) : database_(database) {}

  // Nothing: never set. Errors: kIo, kTimedOut.
  core::Result<std::optional<std::string>> get(const std::string& name);

  // `json` must be valid JSON. Errors: kIo, kTimedOut.
  core::Status set(const std::string& name, const std::string& json);

 private:
  Database& database_;
};

}  // namespace vigil::archive
