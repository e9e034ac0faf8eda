#include "archive/sessions.h"

#include <format>
#include <utility>

#include <soci/soci.h>

#include "archive/bytes.h"
#include "archive/rows.h"
#include "archive/tokens.h"
#include "core/log.h"

namespace vigil::archive {
namespace {

using core::ErrorCode;
using core::fail;
using soci::into;
using soci::use;

// A session that is used all the time is not written down each time.
constexpr auto kSeenEvery = std::chrono::minutes(1);
constexpr std::size_t kLongestAgent = 200;

constexpr std::string_view kSessionColumns = "id, user_id, csrf_token, address, agent, created_us, seen_us, expires_us";
constexpr std::string_view kTokenColumns = "id, user_id, name, created_us, seen_us, expires_us";

struct SessionRow {
  long long id = 0, user = 0, created = 0, seen = 0, expires = 0;
  std::string csrf, address, agent;

  void run(Query& query, soci::session& sql) {
    query.run(sql, into(id), into(user), into(csrf), into(address), into(agent), into(created), into(seen), into(expires));
  }

  Session value() const {
    return {.id = id,
            .user_id = user,
            .csrf_token = csrf,
            .address = address,
            .agent = agent,
            .created = from_us(created),
            .seen = from_us(seen),
            .expires = from_us(expires)};
  }
};

struct TokenRow {
  long long id = 0, user = 0, created = 0, seen = 0, expires = 0;
  soci::indicator was_seen = soci::i_null, does_expire = soci::i_null;
  std::string name;

  void run(Query& query, soci::session& sql) {
    query.run(sql, into(id), into(user), into(name), into(created), into(seen, was_seen), into(expires, does_expire));
  }

  ApiToken value() const {
    const auto maybe = [](long long us, soci::indicator there) {
      return there == soci::i_ok ? std::optional(from_us(us)) : std::nullopt;
    };
    return {.id = id,
            .user_id = user,
            .name = name,
            .created = from_us(created),
            .seen = maybe(seen, was_seen),
            .expires = maybe(expires, does_expire)};
  }
};

// Deletes one row of one user.
core::Status remove_of(Database& database, std::string_view table, std::int64_t user_id, std::int64_t id) {
  return change_one(database, Query(std::format("DELETE FROM {} WHERE user_id = :user AND id = :id", table), user_id, id),
                    fail(ErrorCode::kNotFound, std::format("this user has no such entry {}", id)));
}

core::Error no_such_user(const core::Error& error, std::int64_t id) {
  if (error.code != ErrorCode::kConflict) return error;
  return {.code = ErrorCode::kNotFound, .message = std::format("there is no user {}", id)};
}

}  // namespace

core::Result<OpenedSession> Sessions::open(std::int64_t user_id, const Opening& opening) {
  OpenedSession opened{.token = random_token(),
                       .session = {.user_id = user_id,
                                   .csrf_token = random_token(),
                                   .address = opening.address,
                                   .agent = opening.agent.substr(0, kLongestAgent),
                                   .created = opening.at,
                                   .seen = opening.at,
                                   .expires = opening.at + opening.lasts}};
  const auto written = database_.write([&](soci::session& sql) {
    const Session& session = opened.session;
    const std::string hash = token_hash(opened.token);
    const long long user = user_id, at = to_us(opening.at), expires = to_us(session.expires);
    long long id = 0;
    sql << std::format(
        "INSERT INTO sessions (user_id, token_hash, csrf_token, address, agent, created_us, seen_us, expires_us) VALUES "
        "(:user, {}, :csrf, :address, :agent, :created, :seen, :expires) RETURNING id",
        hex_value(database_.dialect(), ":hash")),
        use(user), use(hash), use(session.csrf_token), use(session.address), use(session.agent), use(at), use(at),
        use(expires), into(id);
    opened.session.id = id;
  });
  if (!written) return std::unexpected(no_such_user(written.error(), user_id));
  return opened;
}

core::Result<Session> Sessions::find(const std::string& token, WallTime at) {
  Query query(std::format("SELECT {} FROM sessions", kSessionColumns));
  query.where(std::format("token_hash = {}", hex_value(database_.dialect(), ":hash")), token_hash(token));
  query.where("expires_us > :at", to_us(at));
  auto found = one_row<SessionRow>(database_, query, fail(ErrorCode::kNotFound, "not logged in, or no longer"));
  if (found && note_use("sessions", found->id, found->seen, at)) found->seen = at;
  return found;
}

core::Result<std::vector<Session>> Sessions::of(std::int64_t user_id, WallTime at) {
  Query query(std::format("SELECT {} FROM sessions", kSessionColumns));
  query.where("user_id = :user", user_id);
  query.where("expires_us > :at", to_us(at));
  query.then("ORDER BY seen_us DESC, id DESC");
  return all_rows<SessionRow>(database_, query);
}

core::Status Sessions::revoke(std::int64_t user_id, std::int64_t session_id) {
  return remove_of(database_, "sessions", user_id, session_id);
}

core::Status Sessions::revoke_all(std::int64_t user_id) {
  return database_.write([&](soci::session& sql) {
    const long long user = user_id;
    sql << "DELETE FROM sessions WHERE user_id = :user", use(user);
  });
}

core::Status Sessions::forget_expired(WallTime at) {
  return database_.write([&](soci::session& sql) {
    const long long us = to_us(at);
    sql << "DELETE FROM sessions WHERE expires_us <= :at", use(us);
  });
}

core::Result<Sessions::NewToken> Sessions::add_api_token(std::int64_t user_id, const std::string& name,
                                                         std::optional<WallTime> expires) {
  if (name.empty()) return fail(ErrorCode::kInvalidArgument, "a token needs a name");
  NewToken added{.token = random_token()};
  const auto written = database_.write([&](soci::session& sql) {
    const std::string hash = token_hash(added.token);
    const long long user = user_id, at = to_us(now()), until = to_us(expires.value_or(WallTime()));
    soci::indicator does_expire = expires ? soci::i_ok : soci::i_null;
    long long id = 0;
    sql << std::format(
        "INSERT INTO api_tokens (user_id, name, token_hash, created_us, expires_us) VALUES (:user, :name, {}, "
        ":created, :expires) RETURNING id",
        hex_value(database_.dialect(), ":hash")),
        use(user), use(name), use(hash), use(at), use(until, does_expire), into(id);
    added.id = id;
  });
  if (!written) return std::unexpected(no_such_user(written.error(), user_id));
  return added;
}

core::Result<ApiToken> Sessions::find_api_token(const std::string& token, WallTime at) {
  Query query(std::format("SELECT {} FROM api_tokens", kTokenColumns));
  query.where(std::format("token_hash = {}", hex_value(database_.dialect(), ":hash")), token_hash(token));
  query.where("(expires_us IS NULL OR expires_us > :at)", to_us(at));
  auto found = one_row<TokenRow>(database_, query, fail(ErrorCode::kNotFound, "this token is not known, or no longer"));
  if (found && note_use("api_tokens", found->id, found->seen, at)) found->seen = at;
  return found;
}

core::Result<std::vector<ApiToken>> Sessions::api_tokens_of(std::int64_t user_id) {
  Query query(std::format("SELECT {} FROM api_tokens", kTokenColumns));
  query.where("user_id = :user", user_id);
  query.then("ORDER BY name, id");
  return all_rows<TokenRow>(database_, query);
}

core::Status Sessions::remove_api_token(std::int64_t user_id, std::int64_t id) {
  return remove_of(database_, "api_tokens", user_id, id);
}

bool Sessions::note_use(std::string_view table, std::int64_t id, std::optional<WallTime> seen, WallTime at) {
  if (seen && at - *seen < kSeenEvery) return false;
  // A database that another program holds makes each writer wait for long: one waits, and not all the time.
  const std::unique_lock alone(noting_, std::try_to_lock);
  if (!alone || (note_failed_ && at - *note_failed_ < kSeenEvery)) return false;
  const auto noted =
      change(database_, Query(std::format("UPDATE {} SET seen_us = :at WHERE id = :id", table), to_us(at), id));
  if (noted) return true;
  note_failed_ = at;
  core::log_warning("{}: when they are used is not written down for a minute: {}", table, noted.error().message);
  return false;
}

}  // namespace vigil::archive
