// LogInGuard: makes guessing slow: passwords, codes of second factors, accounts made by the dozen. And remembers which codes
// were used, so that none is used twice.
//
//   guard.knock(address, name);            // throws Problem 429
//   guard.welcome(address, name);          // it was right: the next one starts afresh
//
// Callable from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "server/rate_limiter.h"

namespace vigil::server {

class LogInGuard {
 public:
  LogInGuard() = default;

  // Before a name and password are looked at.
  void knock(const std::string& address, const std::string& name);
  void welcome(const std::string& address, const std::string& name);

  // Before somebody who is logged in proves a password or code once more.
  void prove(std::int64_t user_id);
  // Before an account is made.
  void sign_up(const std::string& address);

  // Whether this code of the user's was not used before; it is from now on.
  bool first_use(std::int64_t user_id, std::int64_t step);

 private:
  RateLimiter addresses_{{.burst = 20, .per_second = 1.0 / 6}};
  RateLimiter names_{{.burst = 6, .per_second = 1.0 / 20}};  // of one name from one address
  RateLimiter proofs_{{.burst = 6, .per_second = 1.0 / 20}};
  RateLimiter sign_ups_{{.burst = 10, .per_second = 1.0 / 60}};
  std::mutex mutex_;
  std::map<std::int64_t, std::int64_t> last_step_;  // by user
};

}  // namespace vigil::server
