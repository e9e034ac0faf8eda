// Accounts: who may log in, as what, and which cameras they may see.
//
//   Accounts accounts(*database, box);
//   auto id = accounts.create({.name = "Ann", .email = "ann@example.org", .role = Role::kOperator}, password);
//   auto user = accounts.check(name_or_email, password);          // kNotFound: one or the other is wrong, never which
//
// Passwords are kept as Argon2id of libsodium, which takes a quarter of a second and 64 MB on purpose: check() blocks that
// long, also for names that there are not. Names and addresses differ by more than case. Callable from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "archive/database.h"
#include "archive/secret_box.h"
#include "archive/wall_time.h"
#include "core/result.h"

namespace vigil::archive {

enum class Role { kAdmin, kOperator, kViewer };
enum class AccountState { kActive, kWaiting, kBlocked };

std::string_view to_string(Role role);           // "admin", "operator", "viewer"
Role role_of(std::string_view text);             // requires one of these
std::string_view to_string(AccountState state);  // "active", "waiting", "blocked"

struct User {
  std::int64_t id = 0;
  std::string name = {};   // 1–64 characters
  std::string email = {};  // with an @ inside
  Role role = Role::kViewer;
  AccountState state = AccountState::kActive;
  bool second_factor = false;
  WallTime created = {};
};

class Accounts {
 public:
  static constexpr std::size_t kShortestPassword = 10;
  static constexpr std::size_t kLongestPassword = 1024;

  Accounts(Database& database, const SecretBox& box) : database_(database), box_(box) {}

  // Errors, in words for the user and with the field "name", "email" or "password": kInvalidArgument (empty, too short or
  // long, no e-mail address), kConflict (already used); kIo, kTimedOut.
  core::Result<std::int64_t> create(const User& user, std::string_view password);

  // Name or e-mail. Errors: kNotFound (they do not fit together), kInvalidArgument (an empty field), kUnsupported (the
  // account waits for approval or is blocked), kIo.
  core::Result<User> check(const std::string& name_or_email, std::string_view password);

  core::Result<std::vector<User>> all();  // by name
  core::Result<User> get(std::int64_t id);
  core::Result<bool> any_admin();  // that is active

  // Errors: kNotFound; kConflict (the last active administrator must stay one); kInvalidArgument (the password).
  core::Status set_role(std::int64_t id, Role role);
  core::Status set_state(std::int64_t id, AccountState state);
  core::Status set_password(std::int64_t id, std::string_view password);
  // Whether a password could be set. Errors: kInvalidArgument, with the field "password".
  static core::Status validate_password(std::string_view password);
  core::Status remove(std::int64_t id);

  // Cameras that a viewer or operator may see; administrators see all. Errors: kNotFound.
  core::Status set_cameras(std::int64_t id, const std::vector<std::int64_t>& cameras);
  core::Result<std::vector<std::int64_t>> cameras_of(std::int64_t id);

  // The shared secret of a second factor, sealed in the database; empty: none. Errors: kNotFound.
  core::Status set_totp_secret(std::int64_t id, const std::string& secret);
  core::Result<std::string> totp_secret(std::int64_t id);

 private:
  core::Status change(std::int64_t id, const std::string& statement, const std::string& value, bool keeps_admin);

  Database& database_;
  const SecretBox& box_;
};

}  // namespace vigil::archive
