// Accounts of all, for administrators.
#include <format>

#include "server/context.h"
#include "server/credentials.h"
#include "server/json_of.h"
#include "server/problem.h"

namespace vigil::server {
namespace {

using archive::Accounts;
using archive::AccountState;
using archive::Role;
using archive::User;

constexpr const char* kLastAdmin = "last_admin";

Role role_in(const std::string& text) {
  if (text == "admin" || text == "operator" || text == "viewer") return archive::role_of(text);
  throw Problem(422, "invalid", std::format("role '{}': must be admin, operator or viewer", text), "role");
}

AccountState state_in(const std::string& text) {
  for (const AccountState state : {AccountState::kActive, AccountState::kWaiting, AccountState::kBlocked}) {
    if (text == archive::to_string(state)) return state;
  }
  throw Problem(422, "invalid", std::format("state '{}': must be active, waiting or blocked", text), "state");
}

Response user_response(Context& context, std::int64_t id, int status) {
  Accounts& accounts = context.archive.accounts();
  return json_response(json_of(take(accounts.get(id)), take(accounts.cameras_of(id))), status);
}

void check_cameras(Context& context, const std::vector<std::int64_t>& cameras) {
  for (const std::int64_t camera : cameras) {
    if (!context.archive.cameras().get(camera)) {
      throw Problem(422, "invalid", std::format("there is no camera {}", camera), "cameras");
    }
  }
}

Response list(Context& context) {
  Json all = Json::array();
  for (const User& user : take(context.archive.accounts().all())) {
    all.push_back(json_of(user, take(context.archive.accounts().cameras_of(user.id))));
  }
  return json_response(all);
}

Response create(Context& context, Call& call) {
  BodyReader body = call.body();
  const User user{.name = body.text("name"), .email = body.text("email"), .role = role_in(body.text("role"))};
  const std::string password = body.text("password");
  const auto cameras = body.optional_numbers("cameras").value_or(std::vector<std::int64_t>());
  body.done();
  check_cameras(context, cameras);
  const std::int64_t id = take(context.archive.accounts().create(user, password), "already_used");
  take(context.archive.accounts().set_cameras(id, cameras));
  audit(context, call.caller(), "create user", std::format("user {} ({})", id, user.name));
  return user_response(context, id, 201);
}

Response change(Context& context, Call& call) {
  const std::int64_t id = call.number("id");
  BodyReader body = call.body();
  const auto role = body.optional_text("role").transform(role_in);
  const auto state = body.optional_text("state").transform(state_in);
  const auto password = body.optional_text("password");
  const auto cameras = body.optional_numbers("cameras");
  body.done();
  Accounts& accounts = context.archive.accounts();
  take(accounts.get(id));
  // All of it is looked at before anything is changed.
  if (password) take(Accounts::validate_password(*password));
  if (cameras) check_cameras(context, *cameras);
  if (role) take(accounts.set_role(id, *role), kLastAdmin);
  if (state) take(accounts.set_state(id, *state), kLastAdmin);
  if (password) take(accounts.set_password(id, *password));
  if (cameras) take(accounts.set_cameras(id, *cameras));
  if (password || (state && *state != AccountState::kActive)) take(revoke_credentials(context.archive.sessions(), id));
  audit(context, call.caller(), "change user", std::format("user {}", id));
  return user_response(context, id, 200);
}

Response remove(Context& context, Call& call) {
  const std::int64_t id = call.number("id");
  take(context.archive.accounts().get(id));
  take(context.archive.accounts().remove(id), kLastAdmin);
  audit(context, call.caller(), "delete user", std::format("user {}", id));
  return nothing();
}

}  // namespace

void add_user_routes(Routes& routes, Context& context) {
  routes.add({.method = Method::kGet, .path = "/users", .handler = [&context](Call&) { return list(context); }});
  routes.add(
      {.method = Method::kPost, .path = "/users", .handler = [&context](Call& call) { return create(context, call); }});
  routes.add({.method = Method::kPatch, .path = "/users/{id}", .handler = [&context](Call& call) {
                return change(context, call);
              }});
  routes.add({.method = Method::kDelete, .path = "/users/{id}", .handler = [&context](Call& call) {
                return remove(context, call);
              }});
}

}  // namespace vigil::server
