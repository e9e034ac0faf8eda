// What everybody does with their own account: sessions, password, second factor, tokens of programs.
#include <format>
#include <map>
#include <mutex>

#include "server/context.h"
#include "server/credentials.h"
#include "server/instants.h"
#include "server/json_of.h"
#include "server/problem.h"
#include "server/second_factor.h"

namespace vigil::server {
namespace {

constexpr std::size_t kLongestTokenName = 64;

// Secrets offered and not yet confirmed; lost with the server, which is then asked again.
class Offers {
 public:
  void put(std::int64_t user, const std::string& secret) {
    const std::scoped_lock lock(mutex_);
    secrets_[user] = secret;
  }
  std::string of(std::int64_t user) {
    const std::scoped_lock lock(mutex_);
    return secrets_.contains(user) ? secrets_.at(user) : std::string();
  }
  void forget(std::int64_t user) {
    const std::scoped_lock lock(mutex_);
    secrets_.erase(user);
  }

 private:
  std::mutex mutex_;
  std::map<std::int64_t, std::string> secrets_;
};

void prove_password(Context& context, const Call& call, const std::string& password, const char* field) {
  context.guard.prove(call.user().id);
  const auto user = context.archive.accounts().check(call.user().name, password);
  if (user) return;
  if (user.error().code == core::ErrorCode::kIo || user.error().code == core::ErrorCode::kTimedOut)
    throw problem_of(user.error());
  throw Problem(422, "wrong_credentials", "the password is incorrect", field);
}

Response my_sessions(Context& context, Call& call) {
  const std::int64_t current = call.caller().session ? call.caller().session->id : 0;
  Json all = Json::array();
  for (const auto& session : take(context.archive.sessions().of(call.user().id))) all.push_back(json_of(session, current));
  return json_response(all);
}

Response change_password(Context& context, Call& call) {
  BodyReader body = call.body();
  const std::string current = body.text("current"), wanted = body.text("new");
  body.done();
  prove_password(context, call, current, "current");
  const auto set = context.archive.accounts().set_password(call.user().id, wanted);
  if (!set && set.error().code == core::ErrorCode::kInvalidArgument) {
    throw Problem(422, "invalid", set.error().message, "new");
  }
  take(set);
  const auto& session = call.caller().session;
  take(revoke_credentials(context.archive.sessions(), call.user().id, session ? std::optional(session->id) : std::nullopt));
  audit(context, call.caller(), "change password", "");
  return nothing();
}

Response offer_second_factor(Context& context, Offers& offers, Call& call) {
  BodyReader body = call.body();
  const std::string password = body.text("password");
  body.done();
  prove_password(context, call, password, "password");
  const std::string secret = new_totp_secret();
  offers.put(call.user().id, secret);
  return json_response({{"secret", secret}, {"uri", totp_uri(secret, call.user().name)}});
}

Response confirm_second_factor(Context& context, Offers& offers, Call& call) {
  BodyReader body = call.body();
  const std::string code = body.text("code");
  body.done();
  const std::int64_t id = call.user().id;
  context.guard.prove(id);
  const std::string secret = offers.of(id);
  if (secret.empty()) throw Problem(409, "no_offer", "ask for a new secret first");
  const auto step = totp_step(secret, code, archive::now());
  if (!step || !context.guard.first_use(id, *step)) throw Problem(422, "wrong_code", "the code is wrong", "code");
  take(context.archive.accounts().set_totp_secret(id, secret));
  offers.forget(id);
  audit(context, call.caller(), "second factor on", "");
  return nothing();
}

Response remove_second_factor(Context& context, Call& call) {
  BodyReader body = call.body();
  const std::string password = body.text("password");
  body.done();
  prove_password(context, call, password, "password");
  take(context.archive.accounts().set_totp_secret(call.user().id, ""));
  audit(context, call.caller(), "second factor off", "");
  return nothing();
}

Response create_token(Context& context, Call& call) {
  BodyReader body = call.body();
  const std::string name = body.text("name");
  const auto expires_text = body.optional_text("expires");
  body.done();
  if (call.caller().program) throw Problem(403, "forbidden", "a program cannot make tokens for others");
  if (name.empty() || name.size() > kLongestTokenName) {
    throw Problem(422, "invalid", std::format("a token's name has 1 to {} characters", kLongestTokenName), "name");
  }
  std::optional<archive::WallTime> expires;
  if (expires_text) {
    expires = from_instant(*expires_text);
    if (!expires || *expires <= archive::now()) throw Problem(422, "invalid", "expires must be a moment to come", "expires");
  }
  const auto created = take(context.archive.sessions().add_api_token(call.user().id, name, expires));
  audit(context, call.caller(), "create token", name);
  return json_response({{"id", created.id}, {"token", created.token}}, 201);
}

Response my_tokens(Context& context, Call& call) {
  Json all = Json::array();
  for (const auto& token : take(context.archive.sessions().api_tokens_of(call.user().id))) all.push_back(json_of(token));
  return json_response(all);
}

}  // namespace

void add_my_routes(Routes& routes, Context& context) {
  auto offers = std::make_shared<Offers>();
  const auto add = [&](Method method, const char* path, std::function<Response(Call&)> handler) {
    routes.add({.method = method, .path = path, .access = Access::kViewer, .handler = std::move(handler)});
  };
  add(Method::kGet, "/me/sessions", [&context](Call& call) { return my_sessions(context, call); });
  add(Method::kDelete, "/me/sessions/{id}", [&context](Call& call) {
    take(context.archive.sessions().revoke(call.user().id, call.number("id")));
    return nothing();
  });
  add(Method::kPut, "/me/password", [&context](Call& call) { return change_password(context, call); });
  add(Method::kPost, "/me/second-factor",
      [&context, offers](Call& call) { return offer_second_factor(context, *offers, call); });
  add(Method::kPut, "/me/second-factor",
      [&context, offers](Call& call) { return confirm_second_factor(context, *offers, call); });
  add(Method::kDelete, "/me/second-factor", [&context](Call& call) { return remove_second_factor(context, call); });
  add(Method::kGet, "/me/tokens", [&context](Call& call) { return my_tokens(context, call); });
  add(Method::kPost, "/me/tokens", [&context](Call& call) { return create_token(context, call); });
  add(Method::kDelete, "/me/tokens/{id}", [&context](Call& call) {
    take(context.archive.sessions().remove_api_token(call.user().id, call.number("id")));
    return nothing();
  });
}

}  // namespace vigil::server
