// Sessions: who is logged in where, and tokens for programs. The database holds hashes of tokens only: a copy of it lets
// nobody in.
//
//   Sessions sessions(*database);
//   auto opened = sessions.open(user.id, {.address = "10.0.0.5", .agent = agent, .lasts = hours(12)});
//   auto session = sessions.find(opened->token);      // kNotFound: unknown, revoked or over
//
// Tokens are 256 random bits as text. Callable from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/database.h"
#include "archive/wall_time.h"
#include "core/result.h"

namespace vigil::archive {

struct Session {
  std::int64_t id = 0;
  std::int64_t user_id = 0;
  std::string csrf_token = {};
  std::string address = {}, agent = {};
  WallTime created = {}, seen = {}, expires = {};
};

struct OpenedSession {
  std::string token;  // for the cookie; not kept anywhere
  Session session;
};

struct ApiToken {
  std::int64_t id = 0;
  std::int64_t user_id = 0;
  std::string name = {};
  WallTime created = {};
  std::optional<WallTime> seen = {}, expires = {};
};

class Sessions {
 public:
  explicit Sessions(Database& database) : database_(database) {}

  struct Opening {
    std::string address = {}, agent = {};  // of the browser, as it says
    std::chrono::seconds lasts = std::chrono::hours(12);
    WallTime at = now();
  };
  // Errors: kNotFound (no such user), kIo, kTimedOut.
  core::Result<OpenedSession> open(std::int64_t user_id, const Opening& opening);

  // Notes that it was seen, unless the database cannot be written: that keeps nobody out. Errors: kNotFound, kIo, kTimedOut.
  core::Result<Session> find(const std::string& token, WallTime at = now());

  core::Result<std::vector<Session>> of(std::int64_t user_id, WallTime at = now());  // latest first
  core::Status revoke(std::int64_t user_id, std::int64_t session_id);                // kNotFound
  core::Status revoke_all(std::int64_t user_id);
  core::Status forget_expired(WallTime at = now());

  struct NewToken {
    std::string token;  // shown once
    std::int64_t id = 0;
  };
  core::Result<NewToken> add_api_token(std::int64_t user_id, const std::string& name, std::optional<WallTime> expires);
  core::Result<ApiToken> find_api_token(const std::string& token, WallTime at = now());  // as find()
  core::Result<std::vector<ApiToken>> api_tokens_of(std::int64_t user_id);
  core::Status remove_api_token(std::int64_t user_id, std::int64_t id);  // kNotFound

 private:
  // Writes down that a row of the table was used, if that was last done a while ago; whether it did.
  bool note_use(std::string_view table, std::int64_t id, std::optional<WallTime> seen, WallTime at);

  Database& database_;
  std::mutex noting_;  // of what follows
  std::optional<WallTime> note_failed_;
};

}  // namespace vigil::archive
