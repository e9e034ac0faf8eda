// SetupLink: the one-time link with which the first administrator is made; there is no default password. It holds for this
// run of the server, until an administrator is there.
//
//   SetupLink setup(accounts);
//   if (auto token = setup.token()) print("http://host/setup#token={}", *token);
//
// Callable from any thread; blocks on the database.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "archive/accounts.h"
#include "core/result.h"

namespace vigil::server {

class SetupLink {
 public:
  // `accounts` outlives the object.
  explicit SetupLink(archive::Accounts& accounts);

  // Whether there is no administrator yet. Errors: kIo, kTimedOut.
  core::Result<bool> needed();
  // Nothing when there is an administrator.
  std::optional<std::string> token();

  // Makes the administrator, once. Errors: kNotFound (the token is not the link's, or was used), and those of
  // Accounts::create.
  core::Result<std::int64_t> use(const std::string& token, const archive::User& user, std::string_view password);

 private:
  archive::Accounts& accounts_;
  std::mutex mutex_;
  const std::string token_;
};

}  // namespace vigil::server
