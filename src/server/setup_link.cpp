#include "server/setup_link.h"

#include "archive/tokens.h"

namespace vigil::server {

SetupLink::SetupLink(archive::Accounts& accounts) : accounts_(accounts), token_(archive::random_token()) {}

core::Result<bool> SetupLink::needed() {
  const auto any = accounts_.any_admin();
  if (!any) return std::unexpected(any.error());
  return !*any;
}

std::optional<std::string> SetupLink::token() {
  const auto needed_now = needed();
  return needed_now && *needed_now ? std::optional(token_) : std::nullopt;
}

core::Result<std::int64_t> SetupLink::use(const std::string& token, const archive::User& user, std::string_view password) {
  const std::scoped_lock lock(mutex_);
  const auto needed_now = needed();
  if (!needed_now) return std::unexpected(needed_now.error());
  // Hashes are compared: how far two of them agree says nothing about the token.
  if (!*needed_now || archive::token_hash(token) != archive::token_hash(token_)) {
    return core::fail(core::ErrorCode::kNotFound,
                      "this link was used already, or is of an earlier start of the server: take the one it printed last");
  }
  archive::User admin = user;
  admin.role = archive::Role::kAdmin;
  admin.state = archive::AccountState::kActive;
  return accounts_.create(admin, password);
}

}  // namespace vigil::server
