// Settings: what is set in the user interface and holds for all: a JSON value under each name ("retention", "alerts").
#pragma once

#include <optional>
#include <string>

#include "archive/database.h"
#include "archive/secret_box.h"
#include "core/result.h"

namespace vigil::archive {

class Settings {
 public:
  // Both outlive the object.
  Settings(Database& database, const SecretBox& box) : database_(database), box_(box) {}

  // Nothing: never set. Errors: kIo, kTimedOut.
  core::Result<std::optional<std::string>> get(const std::string& name);

  // `json` must be valid JSON. Errors: kIo, kTimedOut.
  core::Status set(const std::string& name, const std::string& json);

  // Any text, sealed in the database. Errors: also kUnreadable (the key file is another one).
  core::Result<std::optional<std::string>> get_secret(const std::string& name);
  core::Status set_secret(const std::string& name, const std::string& text);

 private:
  Database& database_;
  const SecretBox& box_;
};

}  // namespace vigil::archive
