#include "server/credentials.h"

namespace vigil::server {
namespace {

// What is gone already needs no revoking.
core::Status gone(const core::Status& removed) {
  return !removed && removed.error().code == core::ErrorCode::kNotFound ? core::Status() : removed;
}

}  // namespace

core::Status revoke_credentials(archive::Sessions& sessions, std::int64_t user, std::optional<std::int64_t> kept) {
  const auto tokens = sessions.api_tokens_of(user);
  if (!tokens) return std::unexpected(tokens.error());
  for (const archive::ApiToken& token : *tokens) {
    if (auto removed = gone(sessions.remove_api_token(user, token.id)); !removed) return removed;
  }
  if (!kept) return sessions.revoke_all(user);
  const auto all = sessions.of(user);
  if (!all) return std::unexpected(all.error());
  for (const archive::Session& session : *all) {
    if (session.id == *kept) continue;
    if (auto revoked = gone(sessions.revoke(user, session.id)); !revoked) return revoked;
  }
  return {};
}

}  // namespace vigil::server
