// Logging in and out, creating a profile, and the first administrator.
#include <format>

#include "alerts/alert_text.h"

#include "server/context.h"
#include "server/json_of.h"
#include "server/problem.h"
#include "server/second_factor.h"
#include "server/server_settings.h"

namespace vigil::server {
namespace {

using archive::AccountState;
using archive::User;

Json session_json(Context& context, const User* user, const archive::Session* session,
                  const std::vector<std::int64_t>& cameras) {
  Json json{{"setup_needed", take(context.setup.needed())},
            {"sign_up", to_string(load_settings(context.archive.settings()).sign_up)},
            {"version", VIGIL_VERSION}};
  if (user) json["user"] = json_of(*user, cameras);
  if (session) json["csrf_token"] = session->csrf_token;
  return json;
}

// A session of its own each time: nobody can have planted its token before.
Response logged_in(Context& context, const Call& call, const User& user, int status) {
  auto opened = take(
      context.archive.sessions().open(user.id, {.address = call.caller().address,
                                                .agent = alerts::shortened(alerts::one_line(call.header("user-agent")), 200),
                                                .lasts = context.options.session}));
  if (call.caller().session) {
    const auto& old = *call.caller().session;
    take(context.archive.sessions().revoke(old.user_id, old.id));
  }
  const auto cameras = take(context.archive.accounts().cameras_of(user.id));
  Response response = json_response(session_json(context, &user, &opened.session, cameras), status);
  response.cookie = SessionCookie{.token = opened.token, .lasts = context.options.session};
  return response;
}

void check_second_factor(Context& context, const User& user, const std::string& code) {
  if (!user.second_factor) return;
  if (code.empty()) throw Problem(401, "second_factor_needed", "enter the code of your second factor", "code");
  const auto step = totp_step(take(context.archive.accounts().totp_secret(user.id)), code, archive::now());
  if (!step || !context.guard.first_use(user.id, *step)) {
    throw Problem(401, "wrong_code", "the code is wrong or was used already", "code");
  }
}

Response log_in(Context& context, Call& call) {
  BodyReader body = call.body();
  const std::string name = body.text("name"), password = body.text("password");
  const std::string code = body.optional_text("code").value_or("");
  body.done();
  if (name.empty() || password.empty()) {
    throw Problem(422, "empty_field", "username or password field is empty", name.empty() ? "name" : "password");
  }
  const std::string& address = call.caller().address;
  context.guard.knock(address, name);
  const auto user = context.archive.accounts().check(name, password);
  if (!user) {
    Caller claimed = call.caller();
    claimed.user = User{.name = name.substr(0, 64)};
    audit(context, claimed, "log-in refused", user.error().message);
    if (user.error().code == core::ErrorCode::kNotFound) {
      throw Problem(401, "wrong_credentials", "username or password is incorrect");
    }
    if (user.error().code == core::ErrorCode::kUnsupported) throw Problem(403, "not_active", user.error().message);
    throw problem_of(user.error());
  }
  check_second_factor(context, *user, code);
  context.guard.welcome(address, name);
  Caller known = call.caller();
  known.user = *user;
  audit(context, known, "log-in", "");
  return logged_in(context, call, *user, 200);
}

Response log_out(Context& context, Call& call) {
  if (const auto& session = call.caller().session) {
    take(context.archive.sessions().revoke(session->user_id, session->id));
  }
  audit(context, call.caller(), "log-out", "");
  Response response = nothing();
  response.cookie = SessionCookie{};
  return response;
}

// The form marks what is empty and what is wrong in different ways.
void demand_filled(const User& profile, const std::string& password) {
  if (profile.name.empty()) throw Problem(422, "empty_field", "the name is empty", "name");
  if (profile.email.empty()) throw Problem(422, "empty_field", "the e-mail address is empty", "email");
  if (password.empty()) throw Problem(422, "empty_field", "the password is empty", "password");
}

// What is wrong with a profile, as the profile's form shows it.
[[noreturn]] void refuse_profile(core::Error error) {
  if (error.code == core::ErrorCode::kConflict) error.message = "this username or e-mail address is already in use";
  throw problem_of(error, "already_used");
}

Response sign_up(Context& context, Call& call) {
  BodyReader body = call.body();
  const User profile{.name = body.text("name"), .email = body.text("email"), .role = archive::Role::kViewer};
  const std::string password = body.text("password");
  body.done();
  const SignUp mode = load_settings(context.archive.settings()).sign_up;
  if (mode == SignUp::kOff) throw Problem(403, "sign_up_off", "profiles are created by the administrator here");
  demand_filled(profile, password);
  context.guard.sign_up(call.caller().address);
  User user = profile;
  user.state = mode == SignUp::kOpen ? AccountState::kActive : AccountState::kWaiting;
  const auto id = context.archive.accounts().create(user, password);
  if (!id) refuse_profile(id.error());
  Caller who = call.caller();
  who.user = user;
  audit(context, who, "sign-up", std::format("user {}", *id));
  const char* message = mode == SignUp::kOpen
                            ? "the profile was created; you can log in now"
                            : "the profile was created; you can log in once an administrator has approved it";
  return json_response({{"state", archive::to_string(user.state)}, {"message", message}}, 201);
}

Response set_up(Context& context, Call& call) {
  BodyReader body = call.body();
  const std::string token = body.text("token");
  const User admin{.name = body.text("name"), .email = body.text("email")};
  const std::string password = body.text("password");
  body.done();
  demand_filled(admin, password);
  context.guard.sign_up(call.caller().address);
  const auto id = context.setup.use(token, admin, password);
  if (!id && id.error().code == core::ErrorCode::kNotFound) throw Problem(403, "used_link", id.error().message);
  if (!id) refuse_profile(id.error());
  const User user = take(context.archive.accounts().get(*id));
  Caller who = call.caller();
  who.user = user;
  audit(context, who, "set-up", std::format("user {}", *id));
  return logged_in(context, call, user, 201);
}

}  // namespace

void add_session_routes(Routes& routes, Context& context) {
  routes.add({.method = Method::kGet, .path = "/session", .access = Access::kPublic, .handler = [&context](Call& call) {
                const Caller& caller = call.caller();
                return json_response(session_json(context, caller.user ? &*caller.user : nullptr,
                                                  caller.session ? &*caller.session : nullptr, caller.cameras));
              }});
  routes.add({.method = Method::kPost, .path = "/session", .access = Access::kPublic, .handler = [&context](Call& call) {
                return log_in(context, call);
              }});
  routes.add({.method = Method::kDelete, .path = "/session", .access = Access::kViewer, .handler = [&context](Call& call) {
                return log_out(context, call);
              }});
  routes.add({.method = Method::kPost, .path = "/sign-up", .access = Access::kPublic, .handler = [&context](Call& call) {
                return sign_up(context, call);
              }});
  routes.add({.method = Method::kPost, .path = "/setup", .access = Access::kPublic, .handler = [&context](Call& call) {
                return set_up(context, call);
              }});
}

}  // namespace vigil::server
