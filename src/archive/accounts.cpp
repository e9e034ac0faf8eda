#include "archive/accounts.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <format>
#include <optional>
#include <utility>

#include <soci/soci.h>

#include "archive/bytes.h"
#include "archive/rows.h"
#include "core/check.h"

namespace vigil::archive {
namespace {

using core::ErrorCode;
using core::fail;
using soci::into;
using soci::use;

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestEmail = 254;
constexpr std::array<std::string_view, 3> kRoles = {"admin", "operator", "viewer"};
constexpr std::array<std::string_view, 3> kStates = {"active", "waiting", "blocked"};
constexpr std::string_view kColumns =
    "id, name, email, role, state, CASE WHEN totp_secret IS NULL THEN 0 ELSE 1 END, created_us";
constexpr const char* kActiveAdmins = "SELECT COUNT(*) FROM users WHERE role = 'admin' AND state = 'active'";

template <typename Value>
Value value_of(std::string_view text, const std::array<std::string_view, 3>& names) {
  const auto found = std::ranges::find(names, text);
  VIGIL_CHECK(found != names.end(), "one of the names that there are");
  return static_cast<Value>(found - names.begin());
}

// ASCII letters in lower case: what two names are compared by.
std::string folded(std::string_view text) {
  std::string key(text);
  std::ranges::transform(key, key.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return key;
}

std::unexpected<core::Error> wrong(const char* field, std::string sentence) {
  return std::unexpected(core::Error{ErrorCode::kInvalidArgument, std::move(sentence), field});
}
std::unexpected<core::Error> taken(const char* field, std::string sentence) {
  return std::unexpected(core::Error{ErrorCode::kConflict, std::move(sentence), field});
}
std::unexpected<core::Error> no_user(std::int64_t id) {
  return fail(ErrorCode::kNotFound, std::format("there is no user {}", id));
}

core::Status check_fields(const User& user) {
  if (user.name.empty()) return wrong("name", "the name is empty");
  if (user.email.empty()) return wrong("email", "the e-mail address is empty");
  if (user.name.size() > kLongestName || user.name.contains('@')) {
    return wrong("name", std::format("a name has up to {} characters and no @", kLongestName));
  }
  const std::size_t at = user.email.find('@');
  if (at == 0 || at == std::string::npos || at + 1 == user.email.size() || user.email.size() > kLongestEmail) {
    return wrong("email", std::format("'{}' is no e-mail address", user.email));
  }
  return {};
}

core::Result<std::string> hash_of(std::string_view password) {
  VIGIL_CHECK(sodium_init() >= 0, "libsodium starts");
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                            crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return fail(ErrorCode::kInternal, "there is too little memory to hash a password");
  }
  return std::string(hash.data());
}

// Takes as long for a name that there is not.
bool fits(const std::optional<std::string>& hash, std::string_view password) {
  static const std::string nobodys = hash_of("a password that nobody has").value_or("");
  return crypto_pwhash_str_verify(hash.value_or(nobodys).c_str(), password.data(), password.size()) == 0 && hash;
}

struct Row {
  long long id = 0, created = 0;
  std::string name, email, role, state;
  int second_factor = 0;

  template <typename... More>
  void run(Query& query, soci::session& sql, More... more) {
    query.run(sql, into(id), into(name), into(email), into(role), into(state), into(second_factor), into(created),
              std::move(more)...);
  }

  User value() const {
    return {.id = id,
            .name = name,
            .email = email,
            .role = value_of<Role>(role, kRoles),
            .state = value_of<AccountState>(state, kStates),
            .second_factor = second_factor != 0,
            .created = from_us(created)};
  }
};

struct CameraRow {
  long long id = 0;

  void run(Query& query, soci::session& sql) { query.run(sql, into(id)); }
  std::int64_t value() const { return id; }
};

// Empty where there is no secret.
struct SecretRow {
  std::string hex;
  soci::indicator there = soci::i_null;

  void run(Query& query, soci::session& sql) { query.run(sql, into(hex, there)); }
  std::string value() const { return there == soci::i_ok ? from_hex(hex) : std::string(); }
};

}  // namespace

std::string_view to_string(Role role) { return kRoles[static_cast<std::size_t>(role)]; }
Role role_of(std::string_view text) { return value_of<Role>(text, kRoles); }
std::string_view to_string(AccountState state) { return kStates[static_cast<std::size_t>(state)]; }

core::Status Accounts::validate_password(std::string_view password) {
  if (password.empty()) return wrong("password", "the password is empty");
  if (password.size() < kShortestPassword) {
    return wrong("password", std::format("the password is too short: {} characters at least", kShortestPassword));
  }
  if (password.size() > kLongestPassword) return wrong("password", "the password is too long");
  return {};
}

core::Result<std::int64_t> Accounts::create(const User& user, std::string_view password) {
  if (auto valid = check_fields(user); !valid) return std::unexpected(valid.error());
  if (auto valid = validate_password(password); !valid) return std::unexpected(valid.error());
  const auto hash = hash_of(password);
  if (!hash) return std::unexpected(hash.error());
  const std::string name_key = folded(user.name), email_key = folded(user.email);
  long long id = 0;
  int names = 0, emails = 0;
  const auto written = database_.write([&](soci::session& sql) {
    sql << "SELECT COUNT(*) FROM users WHERE name_key = :key", use(name_key), into(names);
    sql << "SELECT COUNT(*) FROM users WHERE email_key = :key", use(email_key), into(emails);
    if (names + emails > 0) return;
    const std::string role(to_string(user.role)), state(to_string(user.state));
    const long long created = to_us(now());
    sql << "INSERT INTO users (name, name_key, email, email_key, password_hash, role, state, created_us) VALUES (:name, "
           ":name_key, :email, :email_key, :hash, :role, :state, :created) RETURNING id",
        use(user.name), use(name_key), use(user.email), use(email_key), use(*hash), use(role), use(state), use(created),
        into(id);
  });
  if (names > 0) return taken("name", std::format("the name '{}' is already used", user.name));
  if (emails > 0) return taken("email", std::format("the e-mail address '{}' is already used", user.email));
  if (!written && written.error().code == ErrorCode::kConflict) return taken("", "name or e-mail address is already used");
  if (!written) return std::unexpected(written.error());
  return id;
}

core::Result<User> Accounts::check(const std::string& name_or_email, std::string_view password) {
  if (name_or_email.empty()) return wrong("name", "the name is empty");
  if (password.empty()) return wrong("password", "the password is empty");
  std::optional<User> found;
  std::optional<std::string> hash;
  const auto read = database_.read([&](soci::session& sql) {
    Row row;
    std::string kept;
    Query query(std::format("SELECT {}, password_hash FROM users", kColumns));
    query.where("(name_key = :name OR email_key = :email)", folded(name_or_email), folded(name_or_email));
    row.run(query, sql, into(kept));
    if (!query.fetch()) return;
    found = row.value();
    hash = kept;
  });
  if (!read) return std::unexpected(read.error());
  if (!fits(hash, password.substr(0, kLongestPassword))) return fail(ErrorCode::kNotFound, "wrong name or password");
  if (found->state == AccountState::kWaiting) {
    return fail(ErrorCode::kUnsupported, "this account waits for an administrator's approval");
  }
  if (found->state == AccountState::kBlocked) return fail(ErrorCode::kUnsupported, "this account is blocked");
  return *found;
}

core::Result<std::vector<User>> Accounts::all() {
  return all_rows<Row>(database_, Query(std::format("SELECT {} FROM users ORDER BY name_key", kColumns)));
}

core::Result<User> Accounts::get(std::int64_t id) {
  return one_row<Row>(database_, Query(std::format("SELECT {} FROM users WHERE id = :id", kColumns), id), no_user(id));
}

core::Result<bool> Accounts::any_admin() {
  int count = 0;
  const auto read = database_.read([&](soci::session& sql) { sql << kActiveAdmins, into(count); });
  if (!read) return std::unexpected(read.error());
  return count > 0;
}

// `statement` changes one user and takes :value and :id; where it would leave no active administrator it is undone.
core::Status Accounts::change(std::int64_t id, const std::string& statement, const std::string& value, bool keeps_admin) {
  struct NoAdmin {};
  std::int64_t changed = 0;
  try {
    const auto written = database_.write([&](soci::session& sql) {
      int before = 0, after = 0;
      sql << kActiveAdmins, into(before);
      changed = Query(statement, value, id).change(sql);
      sql << kActiveAdmins, into(after);
      if (keeps_admin && before > 0 && after == 0) throw NoAdmin();
    });
    if (!written) return written;
  } catch (const NoAdmin&) {
    return fail(ErrorCode::kConflict, "this is the last administrator; make another one first");
  }
  return changed > 0 ? core::Status() : no_user(id);
}

core::Status Accounts::set_role(std::int64_t id, Role role) {
  return change(id, "UPDATE users SET role = :value WHERE id = :id", std::string(to_string(role)), true);
}

core::Status Accounts::set_state(std::int64_t id, AccountState state) {
  return change(id, "UPDATE users SET state = :value WHERE id = :id", std::string(to_string(state)), true);
}

core::Status Accounts::set_password(std::int64_t id, std::string_view password) {
  if (auto valid = validate_password(password); !valid) return valid;
  const auto hash = hash_of(password);
  if (!hash) return std::unexpected(hash.error());
  return change(id, "UPDATE users SET password_hash = :value WHERE id = :id", *hash, false);
}

core::Status Accounts::remove(std::int64_t id) {
  return change(id, "DELETE FROM users WHERE :value = '' AND id = :id", "", true);
}

core::Status Accounts::set_cameras(std::int64_t id, const std::vector<std::int64_t>& cameras) {
  const auto written = database_.write([&](soci::session& sql) {
    const long long user = id;
    sql << "DELETE FROM camera_permissions WHERE user_id = :user", use(user);
    for (const std::int64_t each : cameras) {
      const long long camera = each;
      sql << "INSERT INTO camera_permissions (user_id, camera_id) VALUES (:user, :camera)", use(user), use(camera);
    }
  });
  if (!written && written.error().code == ErrorCode::kConflict) {
    return fail(ErrorCode::kNotFound,
                std::format("there is no user {}, or one of the cameras is not there or named twice", id));
  }
  return written;
}

core::Result<std::vector<std::int64_t>> Accounts::cameras_of(std::int64_t id) {
  return all_rows<CameraRow>(database_,
                             Query("SELECT camera_id FROM camera_permissions WHERE user_id = :user ORDER BY camera_id", id));
}

core::Status Accounts::set_totp_secret(std::int64_t id, const std::string& secret) {
  const std::string value = secret.empty() ? "" : to_hex(box_.seal(secret));
  const std::string statement = secret.empty() ? "UPDATE users SET totp_secret = NULL WHERE :value = '' AND id = :id"
                                               : std::format("UPDATE users SET totp_secret = {} WHERE id = :id",
                                                             hex_value(database_.dialect(), ":value"));
  return change(id, statement, value, false);
}

core::Result<std::string> Accounts::totp_secret(std::int64_t id) {
  const auto sealed = one_row<SecretRow>(
      database_,
      Query(std::format("SELECT {} FROM users WHERE id = :id", hex_column(database_.dialect(), "totp_secret")), id),
      no_user(id));
  return !sealed || sealed->empty() ? sealed : box_.unseal(*sealed);
}

}  // namespace vigil::archive
