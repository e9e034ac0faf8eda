// RateLimiter: how often something may be done in somebody's name: a bucket of permits for each key, which fills up again
// with time.
//
//   RateLimiter log_ins({.burst = 10, .per_second = 1.0 / 6});
//   if (auto wait = log_ins.take(address)) throw Problem(429, …);
//
// Memory is bounded: the keys that were not seen for longest go. Callable from any thread.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace vigil::server {

class RateLimiter {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::size_t kMostKeys = 20'000;

  struct Options {
    double burst = 10;      // permits of a full bucket
    double per_second = 1;  // permits that come back
  };

  explicit RateLimiter(Options options, std::function<Clock::time_point()> now = Clock::now)
      : options_(options), now_(std::move(now)) {}

  // Takes a permit. How long to wait when there is none; the permit is not taken then.
  std::optional<std::chrono::seconds> take(const std::string& key);

  // The key gets all its permits back.
  void forgive(const std::string& key);

 private:
  struct Bucket {
    std::string key;
    double permits = 0;
    Clock::time_point at;
  };

  const Options options_;
  const std::function<Clock::time_point()> now_;
  std::mutex mutex_;
  std::list<Bucket> buckets_;  // latest first
  std::unordered_map<std::string, std::list<Bucket>::iterator> by_key_;
};

}  // namespace vigil::server
