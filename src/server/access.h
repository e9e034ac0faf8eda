// AccessControl: the one place that decides who a caller is and what they may do; for the API, media, live pictures and
// sockets alike.
//
//   AccessControl access(archive, peers, proxy, limits);
//   Call call(request, access.identify(*request), parts);
//   access.check(route, call);                 // throws Problem 401, 403, 404, 429
//
// What a caller may not see answers as if it were not there. Callable from any thread; blocks on the database.
#pragma once

#include <string>
#include <utility>

#include "archive/archive.h"
#include "server/call.h"
#include "server/peers.h"
#include "server/rate_limiter.h"
#include "server/routes.h"

namespace vigil::server {

inline constexpr const char* kSessionCookie = "vigil_session";
inline constexpr const char* kCsrfHeader = "X-CSRF-Token";

class AccessControl {
 public:
  // `archive` and `peers` outlive the object. `proxy`: the address of one that names callers in X-Forwarded-For; empty:
  // there is none. `requests`: of each caller.
  AccessControl(archive::Archive& archive, const Peers& peers, std::string proxy, RateLimiter::Options requests)
      : archive_(archive), peers_(peers), proxy_(std::move(proxy)), requests_(requests) {}

  // By the session's cookie or a program's token; nobody where neither is valid. Errors of the database throw Problem.
  Caller identify(const drogon::HttpRequest& request);

  void check(const Route& route, const Call& call);

  // Whether what was permitted when a socket was opened still is: the log-in lasts, and the camera may be seen. A database
  // that does not answer changes nothing.
  bool still_permits(const Caller& caller, std::optional<std::int64_t> camera);

  // Whether a caller may know of what was seen there: before a camera, or in an uploaded video. What is of neither, because
  // its camera is gone, is for administrators.
  static bool may_know(const Caller& caller, std::optional<std::int64_t> camera, bool upload);

  // A user as a caller, with what they may see; nobody: there is none who may log in.
  static core::Result<Caller> caller_of(archive::Archive& archive, std::int64_t user);

 private:
  struct Credential {
    std::string cookie, bearer;
  };
  Caller identify(const Credential& credential);
  std::string address_of(const drogon::HttpRequest& request) const;
  void check_origin(const Route& route, const Call& call) const;
  void check_camera(const Route& route, const Call& call);

  archive::Archive& archive_;
  const Peers& peers_;
  const std::string proxy_;
  RateLimiter requests_;
};

}  // namespace vigil::server
