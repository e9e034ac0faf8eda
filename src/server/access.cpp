#include "server/access.h"

#include <algorithm>
#include <format>
#include <string_view>

#include "archive/tokens.h"
#include "server/problem.h"

namespace vigil::server {
namespace {

constexpr std::string_view kBearer = "Bearer ";
constexpr std::size_t kLongestAddress = 45;  // of IPv6, written out

// "https://host:port" → "host:port"
std::string_view host_of(std::string_view origin) {
  const std::size_t scheme = origin.find("://");
  return scheme == std::string_view::npos ? origin : origin.substr(scheme + 3);
}

bool changes_something(Method method) {
  return method != Method::kGet && method != Method::kHead && method != Method::kOptions;
}

int rank(const Caller& caller) {
  if (!caller.user) return 0;
  switch (caller.user->role) {
    case archive::Role::kViewer: return 1;
    case archive::Role::kOperator: return 2;
    case archive::Role::kAdmin: return 3;
  }
  return 0;
}

}  // namespace

Caller AccessControl::identify(const drogon::HttpRequest& request) {
  Credential credential;
  if (const std::string& authorization = request.getHeader("authorization"); authorization.starts_with(kBearer)) {
    credential.bearer = authorization.substr(kBearer.size());
  } else {
    credential.cookie = request.getCookie(kSessionCookie);
  }
  Caller caller = identify(credential);
  caller.address = address_of(request);
  return caller;
}

std::string AccessControl::address_of(const drogon::HttpRequest& request) const {
  const trantor::InetAddress& peer = request.peerAddr();
  std::string address = peers_.address_of(peer.toPort()).value_or(peer.toIp());
  if (proxy_.empty() || address != proxy_) return address;
  // The last one is the proxy's own word; those before it are the caller's.
  const std::string& told = request.getHeader("x-forwarded-for");
  const std::size_t begin = told.find_last_of(", ") + 1;  // 0 where there is none
  return begin < told.size() ? told.substr(begin, kLongestAddress) : address;
}

Caller AccessControl::identify(const Credential& credential) {
  std::optional<std::int64_t> user_id;
  Caller caller;
  if (!credential.bearer.empty()) {
    const auto token = archive_.sessions().find_api_token(credential.bearer);
    if (!token && token.error().code != core::ErrorCode::kNotFound) throw problem_of(token.error());
    if (token) user_id = token->user_id;
    caller.program = token.has_value();
  } else if (!credential.cookie.empty()) {
    const auto session = archive_.sessions().find(credential.cookie);
    if (!session && session.error().code != core::ErrorCode::kNotFound) throw problem_of(session.error());
    if (session) user_id = session->user_id;
    if (session) caller.session = *session;
  }
  if (!user_id) return {};
  const Caller known = take(caller_of(archive_, *user_id));
  if (!known.user) return {};
  caller.user = known.user;
  caller.cameras = known.cameras;
  caller.credential = caller.program ? credential.bearer : credential.cookie;
  return caller;
}

core::Result<Caller> AccessControl::caller_of(archive::Archive& archive, std::int64_t user) {
  Caller caller;
  const auto account = archive.accounts().get(user);
  if (!account && account.error().code != core::ErrorCode::kNotFound) return std::unexpected(account.error());
  if (!account || account->state != archive::AccountState::kActive) return caller;
  caller.user = *account;
  if (caller.is_admin()) return caller;
  auto cameras = archive.accounts().cameras_of(user);
  if (!cameras) return std::unexpected(cameras.error());
  caller.cameras = std::move(*cameras);
  return caller;
}

bool AccessControl::still_permits(const Caller& caller, std::optional<std::int64_t> camera) {
  try {
    const Caller now = identify(caller.program ? Credential{.cookie = {}, .bearer = caller.credential}
                                               : Credential{.cookie = caller.credential, .bearer = {}});
    return now.user && now.user->role == caller.user->role && (!camera || now.may_see(*camera)) &&
           (camera || now.cameras == caller.cameras);
  } catch (const Problem&) {
    return true;
  }
}

void AccessControl::check(const Route& route, const Call& call) {
  const Caller& caller = call.caller();
  const std::string key = caller.user ? std::format("user {}", caller.user->id) : caller.address;
  if (const auto wait = requests_.take(key)) {
    throw Problem(429, "too_many_requests", std::format("too many requests; try again in {} s", wait->count()));
  }
  check_origin(route, call);
  if (route.access == Access::kPublic) return;
  if (!caller.user) throw Problem(401, "not_logged_in", "log in first");
  if (rank(caller) < static_cast<int>(route.access)) {
    throw Problem(403, "forbidden",
                  std::format("this needs the role {}; you have the role {}", to_string(route.access),
                              archive::to_string(caller.user->role)));
  }
  check_camera(route, call);
}

void AccessControl::check_origin(const Route& route, const Call& call) const {
  if (!changes_something(route.method) && !route.web_socket) return;
  if (call.caller().program) return;
  // A browser names the page that a request comes from; programs name none.
  const std::string origin = call.header("origin");
  if (!origin.empty() && host_of(origin) != call.header("host")) {
    throw Problem(403, "foreign_origin", "this request comes from another site's page");
  }
  if (!call.caller().session || route.access == Access::kPublic || route.web_socket) return;
  // Hashes are compared: how far two of them agree says nothing about the token.
  if (archive::token_hash(call.header(kCsrfHeader)) != archive::token_hash(call.caller().session->csrf_token)) {
    throw Problem(403, "csrf", std::format("the header {} is missing or old; load the page anew", kCsrfHeader));
  }
}

bool AccessControl::may_know(const Caller& caller, std::optional<std::int64_t> camera, bool upload) {
  if (camera) return caller.may_see(*camera);
  return upload ? caller.may_see_uploads() : caller.is_admin();
}

void AccessControl::check_camera(const Route& route, const Call& call) {
  const Caller& caller = call.caller();
  switch (route.camera) {
    case CameraBy::kNone:
    case CameraBy::kList: return;
    case CameraBy::kCamera: {
      const std::int64_t id = call.number("id");
      if (!caller.may_see(id)) nothing_here(std::format("camera {}", id));
      take(archive_.cameras().get(id));
      return;
    }
    case CameraBy::kEvent: {
      const std::int64_t id = call.number("id");
      const auto event = archive_.events().get(id);
      if (!event && event.error().code != core::ErrorCode::kNotFound) throw problem_of(event.error());
      if (!event || !may_know(caller, event->camera_id, event->upload)) nothing_here(std::format("event {}", id));
      return;
    }
    case CameraBy::kJob: {
      const std::int64_t id = call.number("id");
      const auto job = archive_.jobs().get(id);
      if (!job && job.error().code != core::ErrorCode::kNotFound) throw problem_of(job.error());
      if (!job || (!caller.is_admin() && job->user_id != caller.user->id)) nothing_here(std::format("upload {}", id));
      return;
    }
  }
}

}  // namespace vigil::server
