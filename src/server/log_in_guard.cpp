#include "server/log_in_guard.h"

#include <algorithm>
#include <format>

#include "server/problem.h"

namespace vigil::server {
namespace {

void demand(const std::optional<std::chrono::seconds>& wait) {
  if (!wait) return;
  throw Problem(429, "too_many_tries", std::format("too many tries; try again in {} s", wait->count()));
}

std::string key_of(const std::string& address, std::string name) {
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return address + ' ' + name;
}

}  // namespace

void LogInGuard::knock(const std::string& address, const std::string& name) {
  demand(addresses_.take(address));
  demand(names_.take(key_of(address, name)));
}

void LogInGuard::welcome(const std::string& address, const std::string& name) {
  addresses_.forgive(address);
  names_.forgive(key_of(address, name));
}

void LogInGuard::prove(std::int64_t user_id) { demand(proofs_.take(std::to_string(user_id))); }
void LogInGuard::sign_up(const std::string& address) { demand(sign_ups_.take(address)); }

bool LogInGuard::first_use(std::int64_t user_id, std::int64_t step) {
  const std::scoped_lock lock(mutex_);
  auto [last, added] = last_step_.try_emplace(user_id, step);
  if (!added && last->second >= step) return false;
  last->second = step;
  return true;
}

}  // namespace vigil::server
